import { readFile } from 'node:fs/promises';
import type { Protocol } from 'electron';
import { contentSecurityPolicy, contentType, fileOf } from '../core/desk/web-server.ts';
import { isOwnPage, scheme } from './origin.ts';

/** Serves the built page under our own scheme, with its policy; nothing else is reachable there. */
export function servePage(protocol: Protocol, pageDir: string): void {
  protocol.handle(scheme, async (request) => {
    const { pathname } = new URL(request.url);
    const path = isOwnPage(request.url) ? fileOf(pageDir, pathname) : undefined;
    const data = path && (await readFile(path).catch(() => undefined));
    if (!path || !data) return new Response('Not Found', { status: 404 });
    return new Response(new Uint8Array(data), {
      headers: { 'Content-Type': contentType(path), 'Content-Security-Policy': contentSecurityPolicy, 'X-Content-Type-Options': 'nosniff' },
    });
  });
}
