import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Desk } from '../desk/desk.ts';
import { defaultHome } from '../desk/home.ts';
import { serveWeb } from '../desk/web-server.ts';
import { FleetError } from '../fleet/fleet.ts';
import { booleanFlag, flagHelp, numberFlag, parseFlags, UsageError, type FlagSpec } from './flags.ts';
import { isLogLevel, jsonLog } from './log.ts';
import { isExpected } from './expected.ts';
import { untilSignal } from './signals.ts';

const spec: FlagSpec = {
  port: { kind: 'text', hint: "'0'", help: 'Port of the page on 127.0.0.1; 0: a free one.' },
  'data-dir': { kind: 'text', hint: 'DIR', help: 'Folder of the hosted clusters and the settings. Default: QUORATE_HOME, or the place for applications’ data.' },
  'no-open': { kind: 'boolean', help: 'Do not open a browser.' },
  'log-level': { kind: 'text', hint: "'warn'", help: "'debug', 'info', 'warn' or 'error'." },
  help: { kind: 'boolean', help: 'Print this help and exit.' },
};

/** The built page: beside the bundle, or in the tree that this source is in. */
function pageDir(): string {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const found = [join(here, 'renderer'), join(here, '../../dist/renderer')].find((dir) => existsSync(join(dir, 'index.html')));
  if (found === undefined) throw new UsageError('the page is not built: run npm run build');
  return found;
}

/** Opens a browser where there is one; a failure is no matter, since the address is printed. */
function openBrowser(address: string): void {
  const [command, args] = process.platform === 'darwin' ? ['open', [address]] : process.platform === 'win32' ? ['cmd', ['/c', 'start', '', address]] : ['xdg-open', [address]];
  const noDisplay = process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'];
  if (noDisplay || process.env['CI']) return;
  const child = spawn(command as string, args as string[], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}

/** `quorate desk`: the app, served to a browser on this machine. */
export async function run(args: string[]): Promise<number> {
  const flags = parseFlags(args, spec);
  if (booleanFlag(flags, 'help', false)) {
    process.stdout.write(`Serves the app to a browser on this machine.\n\nUsage: quorate desk [flags]\n\n${flagHelp(spec)}\n`);
    return 0;
  }
  const level = flags.get('log-level') ?? 'warn';
  if (!isLogLevel(level)) throw new UsageError(`invalid value "${level}" for flag -log-level: use debug, info, warn or error`);
  const port = numberFlag(flags, 'port', 0);
  if (port < 0 || port > 65_535) throw new UsageError(`invalid value "${port}" for flag -port: use 0 to 65535`);
  const signal = untilSignal();
  const dir = pageDir();
  let desk: Desk | undefined;
  try {
    desk = await Desk.open({ home: resolve(flags.get('data-dir') ?? defaultHome()), log: jsonLog(level), transport: 'websocket' });
    const web = await serveWeb({ desk, pageDir: dir, port });
    process.stdout.write(`Quorate is at ${web.address}\n`);
    if (!booleanFlag(flags, 'no-open', false)) openBrowser(web.address);
    await signal;
    await Promise.all([web.close(), desk.close()]);
    return 0;
  } catch (error) {
    await desk?.close();
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE') process.stderr.write(`quorate desk: port ${port} is used by another program: choose another --port\n`);
    else if (error instanceof FleetError || isExpected(error)) process.stderr.write(`quorate desk: ${error.message}\n`);
    else throw error;
    return 1;
  }
}
