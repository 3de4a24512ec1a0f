import type { Server } from 'node:net';

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
export function hostAndPort(url: string, flag: string): { host: string; port: number } {
  const match = /^http:\/\/(\[[0-9a-fA-F:.]+\]|[^/:[\]]+):(\d{1,5})\/?$/.exec(url);
  const port = Number(match?.[2]);
  if (!match || port > 65_535) throw new ListenError('EINVAL', `--${flag}: ${url} is not of the form http://host:port`);
  return { host: match[1]!.replace(/^\[|\]$/g, ''), port };
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses that port: stop it, or choose another port',
  EACCES: 'this user may not use that port: choose one above 1023',
  EADDRNOTAVAIL: 'this machine has no such address',
};

/** Listens on the URL's address. Rejects with ListenError. */
export function listenOn(server: Server, url: string, flag: string): Promise<void> {
  const { host, port } = hostAndPort(url, flag);
  return new Promise((done, fail) => {
    const refused = (error: NodeJS.ErrnoException): void => {
      const code = error.code ?? 'EUNKNOWN';
      fail(new ListenError(code, `cannot listen on ${host}:${port} (--${flag}): ${reasons[code] ?? error.message} (${code})`));
    };
    server.once('error', refused);
    server.listen({ host, port }, () => {
      server.off('error', refused);
      done();
    });
  });
}
