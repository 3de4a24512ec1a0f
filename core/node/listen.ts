import { existsSync, lstatSync, unlinkSync } from 'node:fs';
import type { ListenOptions, Server } from 'node:net';
import { dirname } from 'node:path';

/** An address that cannot be listened on; names it and says what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Parses an `http://host:port` URL. Throws ListenError. */
function hostAndPort(url: string, flag: string): { host: string; port: number } {
  const match = /^http:\/\/(\[[0-9a-fA-F:.]+\]|[^/:[\]]+):(\d{1,5})\/?$/.exec(url);
  const port = Number(match?.[2]);
  if (!match || port > 65_535) throw new ListenError('EINVAL', `--${flag}: ${url} is not of the form http://host:port`);
  return { host: match[1]!.replace(/^\[|\]$/g, ''), port };
}

export interface SocketOptions {
  /** SO_REUSEPORT. */
  reusePort: boolean;
  /** SO_REUSEADDR, which Node always sets, but on Windows. */
  reuseAddress: boolean;
}

/** Throws ListenError for what this machine cannot do; that of a system which lets no port be shared is known only when it is asked. */
export function checkSocketOptions({ reusePort, reuseAddress }: SocketOptions, platform: string = process.platform, nodeVersion = process.versions.node): void {
  // Etcd's words.
  if (reuseAddress && platform === 'win32') throw new ListenError('ENOTSUP', 'address reuse is not supported on Windows');
  if (reusePort && platform === 'win32') throw new ListenError('ENOTSUP', 'port reuse is not supported on Windows');
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  // Earlier ones pass over the option.
  const takesIt = major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
  if (reusePort && !takesIt) throw new ListenError('ENOTSUP', `port reuse (--socket-reuse-port) needs Node 22.12, 23.1 or later; this is ${nodeVersion}`);
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses it: stop that, or choose another address',
  EACCES: 'this user may not use it: choose a port above 1023, or another folder',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOENT: 'its folder does not exist',
  ENOTSUP: 'this system lets no port be shared: leave --socket-reuse-port out',
};

/** A socket file that a program has left behind would keep the next one from listening. etcd removes whatever is there. */
function removeSocketFile(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) unlinkSync(path);
}

/** Of `unix://` whatever follows is the path, as in etcd: relative without a further slash. Undefined: the URL names none. */
export function socketPathOf(url: string): string | undefined {
  return /^unix:\/\/(.+)$/s.exec(url)?.[1];
}

function addressOf(url: string, flag: string): { options: ListenOptions; name: string } {
  const path = socketPathOf(url);
  if (path !== undefined) {
    removeSocketFile(path);
    return { options: { path }, name: path };
  }
  const { host, port } = hostAndPort(url, flag);
  // Go listens on one of localhost's addresses, the IPv4 one first.
  return { options: { host: host === 'localhost' ? '127.0.0.1' : host, port }, name: `${host}:${port}` };
}

/** Listens on the URL's address, `http://host:port` or `unix://path`. Rejects with ListenError. */
export async function listenOn(server: Server, url: string, flag: string, reusePort = false): Promise<void> {
  const { options, name } = addressOf(url, flag);
  if (reusePort && options.path === undefined) options.reusePort = true;
  await new Promise<void>((done, fail) => {
    const refused = (error: NodeJS.ErrnoException): void => {
      // What Node says of a socket file whose folder is missing is EACCES.
      const code = options.path !== undefined && !existsSync(dirname(options.path)) ? 'ENOENT' : (error.code ?? 'EUNKNOWN');
      fail(new ListenError(code, `cannot listen on ${name} (--${flag}): ${reasons[code] ?? error.message} (${code})`));
    };
    server.once('error', refused);
    server.listen(options, () => {
      server.off('error', refused);
      done();
    });
  });
}
