import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askedOf, type Asked } from './asked-path.ts';

let server: Server;
let asked: Asked | undefined;
beforeAll(async () => {
  server = createServer((request: IncomingMessage, response: ServerResponse) => {
    asked = askedOf(request, response, ['/v3/']);
    if (asked) response.end('asked');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(() => new Promise((done) => server.close(done)));

/** Sends the request line as it is; returns all that is answered. */
function ask(target: string, method = 'GET'): Promise<string> {
  asked = undefined;
  return new Promise((resolve, reject) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let text = '';
    socket.setEncoding('latin1').on('data', (part: string) => (text += part));
    socket.once('close', () => resolve(text)).once('error', reject);
    socket.write(Buffer.from(`${method} ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`, 'latin1'));
  });
}

const line = (text: string): string => text.split('\r\n', 1)[0]!;
const body = (text: string): string => text.slice(text.indexOf('\r\n\r\n') + 4);
const header = (text: string, name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'im').exec(text)?.[1]?.trim();

test.each([
  ['/health', '/health', ''], ['/', '/', ''], ['/health/', '/health/', ''], ['/v3/', '/v3/', ''], ['http://somewhere/health?x=1', '/health', 'x=1'], ['/%68ealth', '/health', ''],
  ['/a%2Fb', '/a%2Fb', ''], ['/%2e%2e/health', '/../health', ''], ['/a?b=/c//d', '/a', 'b=%2Fc%2F%2Fd'], ['/%ff', '/%ff', ''], ['/a?', '/a', ''],
])('%s is asked for as %s', async (target, path, query) => {
  expect(body(await ask(target))).toBe('asked');
  expect([asked!.path, asked!.query.toString()]).toEqual([path, query]);
});

test.each([
  ['//', '/'], ['//health', '/health'], ['/./health', '/health'], ['/a/../health', '/health'], ['/health/.', '/health'], ['/livez//', '/livez/'], ['/../../x', '/x'],
  ['/v3', '/v3/'], ['//v3?a=b', '/v3/?a=b'], ['http://somewhere//x?y', '/x?y'], ['http://somewhere', '/'], ['//a?b=/c//d', '/a?b=/c//d'],
])('%s is at %s', async (target, location) => {
  const answered = await ask(target);
  expect([line(answered), header(answered, 'Location'), header(answered, 'Content-Type')]).toEqual(['HTTP/1.1 301 Moved Permanently', location, 'text/html; charset=utf-8']);
  expect(asked).toBeUndefined();
});

test('the link is text, and only for those who read', async () => {
  expect(body(await ask('//health?x=1&y="<\''))).toBe('<a href="/health?x=1&amp;y=&#34;&lt;&#39;">Moved Permanently</a>.\n\n');
  const head = await ask('//health', 'HEAD');
  expect([body(head), header(head, 'Content-Type'), header(head, 'Location')]).toEqual(['', 'text/html; charset=utf-8', '/health']);
  const post = await ask('//health', 'POST');
  expect([body(post), header(post, 'Content-Type'), header(post, 'Location')]).toEqual(['', undefined, '/health']);
});

test('all paths have options', async () => expect(line(await ask('*', 'OPTIONS'))).toBe('HTTP/1.1 200 OK'));

test.each([['*', ''], ['/%zz', '400 Bad Request'], ['/a%', '400 Bad Request']])('%s is no path', async (target, text) => {
  const answered = await ask(target);
  expect([line(answered), body(answered), header(answered, 'Connection')]).toEqual(['HTTP/1.1 400 Bad Request', text, 'close']);
});
