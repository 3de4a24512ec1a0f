import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Where the app keeps its clusters, unless QUORATE_HOME says otherwise: an absolute path. */
export function defaultHome(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env['QUORATE_HOME']) return resolve(env['QUORATE_HOME']);
  switch (platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'quorate');
    case 'win32':
      return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'quorate');
    default: {
      // A relative one is to be ignored. Source: XDG Base Directory Specification.
      const given = env['XDG_DATA_HOME'];
      return join(given !== undefined && isAbsolute(given) ? given : join(homedir(), '.local', 'share'), 'quorate');
    }
  }
}
