import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the app keeps its clusters, unless QUORATE_HOME says otherwise. */
export function defaultHome(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env['QUORATE_HOME']) return env['QUORATE_HOME'];
  switch (platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'quorate');
    case 'win32':
      return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'quorate');
    default:
      return join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'quorate');
  }
}
