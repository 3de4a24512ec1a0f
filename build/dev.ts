/**
 * `npm run dev`: the page from Vite's server, with its modules replaced as they change, and a desk from its source behind it, begun
 * anew when it changes. The page finds the new desk by itself. Arguments go to the desk; `--data-dir` is best another than `npm start`'s.
 */
import type { ChildProcess } from 'node:child_process';
import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { createServer, type ProxyOptions } from 'vite';
import { buildStale } from './bundle.ts';
import { endChild, onEnd, spawnApart } from './follow.ts';

const root = join(import.meta.dirname, '..');
/** Editors write a file in several steps. */
const settleMs = 150;
const pageHost = '127.0.0.1:5198';
const deskPort = 5199;

/** What opens the desk that runs now. */
let token = '';

function startDesk(): ChildProcess {
  const args = ['core/cli/main.ts', 'desk', '--no-open', ...process.argv.slice(2), `--port=${deskPort}`];
  const child = spawnApart(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  token = '';
  let said = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    if (token !== '') return;
    said = (said + text).slice(-10_000);
    token = /\?token=(\S+)\n/.exec(said)?.[1] ?? '';
    if (token !== '') process.stdout.write('the desk is ready\n');
  });
  return child;
}

/** The proxy holds the desk's key, so it tells our own page from others' as the desk does. */
const admitOwnPage: ProxyOptions['configure'] = (proxy) => {
  proxy.on('proxyReqWs', (outgoing, request, socket) => {
    if (request.headers.host !== pageHost || request.headers.origin !== `http://${pageHost}` || token === '') {
      outgoing.destroy();
      socket.destroy();
      return;
    }
    outgoing.setHeader('Host', `127.0.0.1:${deskPort}`);
    outgoing.setHeader('Origin', `http://127.0.0.1:${deskPort}`);
    outgoing.setHeader('Cookie', `quorate-${deskPort}=${token}`);
  });
};

// `desk` wants a built page, though Vite's is the one that is used.
if (!existsSync(join(root, 'dist/renderer/index.html'))) await buildStale(false);
const vite = await createServer({
  configFile: join(root, 'build/vite.config.ts'),
  server: {
    host: '127.0.0.1', port: Number(pageHost.split(':')[1]), strictPort: true,
    // The contract is outside of the page's own folder.
    fs: { allow: [root] },
    proxy: { '/desk': { target: `ws://127.0.0.1:${deskPort}`, ws: true, configure: admitOwnPage } },
  },
});
await vite.listen();
process.stdout.write(`Quorate is at http://${pageHost}/\n`);

let desk = startDesk();
let restarting = false;
let ending = false;
let timer: NodeJS.Timeout | undefined;

async function restart(): Promise<void> {
  if (restarting || ending) return;
  restarting = true;
  process.stdout.write('core has changed: starting the desk anew\n');
  await endChild(desk);
  restarting = false;
  if (!ending) desk = startDesk();
}

const watcher = watch(join(root, 'core'), { recursive: true }, (_event, name) => {
  if (!name?.endsWith('.ts') || name.endsWith('.test.ts')) return;
  clearTimeout(timer);
  timer = setTimeout(() => void restart(), settleMs);
});

onEnd(() => {
  if (ending) return;
  ending = true;
  clearTimeout(timer);
  watcher.close();
  void Promise.allSettled([vite.close(), endChild(desk)]).then(() => process.exit(0));
});
