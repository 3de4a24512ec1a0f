import { expect, test } from 'vitest';
import { pageOrigin, pageUrl } from './origin.ts';
import { mayUse } from './permissions.ts';

test('our page may write to the clipboard, and nothing else', () => {
  // Chromium checks with an origin, and requests with an address.
  for (const url of [pageOrigin, `${pageOrigin}/`, pageUrl]) expect(mayUse('clipboard-sanitized-write', url)).toBe(true);
  for (const permission of ['clipboard-read', 'deprecated-sync-clipboard-read', 'notifications', 'media', 'geolocation', 'openExternal', 'fileSystem', 'unknown']) expect(mayUse(permission, pageUrl)).toBe(false);
});

test('other pages may not', () => {
  for (const url of ['', 'https://etcd.io/', 'app://other/', 'file:///index.html']) expect(mayUse('clipboard-sanitized-write', url)).toBe(false);
});
