import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultHome } from './home.ts';

test('a place for the app’s data, by the custom of the system', () => {
  expect(defaultHome({ XDG_DATA_HOME: '/data' }, 'linux')).toBe('/data/quorate');
  expect(defaultHome({}, 'linux')).toMatch(/\/\.local\/share\/quorate$/);
  expect(defaultHome({}, 'darwin')).toMatch(/\/Library\/Application Support\/quorate$/);
  expect(defaultHome({ APPDATA: '/roaming' }, 'win32')).toBe('/roaming/quorate');
});

test('a relative one is made absolute, as Electron asks for; XDG’s is ignored then', () => {
  expect(defaultHome({ QUORATE_HOME: 'here' }, 'linux')).toBe(join(process.cwd(), 'here'));
  expect(defaultHome({ XDG_DATA_HOME: 'there' }, 'linux')).toMatch(/\/\.local\/share\/quorate$/);
});
