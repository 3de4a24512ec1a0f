import { expect, test } from 'vitest';
import { electronEnv, noDisplay, noSandbox, type Machine } from './electron-here.ts';

const machine = (over: Partial<Machine> = {}, settings: Record<string, string> = {}): Machine => ({
  platform: 'linux', env: { DISPLAY: ':0' }, uid: 1000, setting: (name) => settings[name], sandboxHelper: { path: '/a b/chrome-sandbox', uid: 1000, mode: 0o755 }, ...over,
});

test('Linux wants a display and a user who is not root; the others have both', () => {
  expect(noDisplay(machine())).toBeUndefined();
  expect(noDisplay(machine({ env: { WAYLAND_DISPLAY: 'wayland-0' } }))).toBeUndefined();
  expect(noDisplay(machine({ env: {} }))).toBe('there is no display');
  expect(noDisplay(machine({ uid: 0 }))).toMatch(/root/);
  expect(noDisplay(machine({ platform: 'darwin', env: {}, uid: 0 }))).toBeUndefined();
});

test('a system that keeps user namespaces back is found out, and what helps is said', () => {
  expect(noSandbox(machine())).toBeUndefined();
  const kept: Record<string, string>[] = [{ 'kernel/unprivileged_userns_clone': '0' }, { 'kernel/apparmor_restrict_unprivileged_userns': '1' }, { 'user/max_user_namespaces': '0' }];
  for (const settings of kept) {
    expect(noSandbox(machine({}, settings))).toContain("sudo chmod 4755 '/a b/chrome-sandbox'");
    expect(noSandbox(machine({ sandboxHelper: { path: 'x', uid: 0, mode: 0o104755 } }, settings))).toBeUndefined();
    expect(noSandbox(machine({ sandboxHelper: { path: 'x', uid: 0, mode: 0o100755 } }, settings))).toBeDefined();
    expect(noSandbox(machine({ platform: 'win32' }, settings))).toBeUndefined();
  }
  expect(noSandbox(machine({}, { 'kernel/unprivileged_userns_clone': '1', 'user/max_user_namespaces': '63000' }))).toBeUndefined();
});

test('Electron is not told to be plain Node', () => {
  expect(electronEnv({ ELECTRON_RUN_AS_NODE: '1', PATH: '/bin' }, undefined)).toEqual({ PATH: '/bin' });
  expect(electronEnv({ PATH: '/bin' }, '/home')).toEqual({ PATH: '/bin', QUORATE_HOME: '/home' });
});
