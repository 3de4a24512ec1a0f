import { expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import { AuthService, Permission, PermissionType } from '../../core/proto/gen/auth.ts';
import { differing } from './differences.ts';
import { failure } from './raw.ts';
import { eachServer } from './servers.ts';

const noUser = '9 etcdserver: user name not found';
const noRole = '9 etcdserver: role name not found';
const perm = Permission.create({ permType: PermissionType.READWRITE, key: utf8('k') });

eachServer('Authentication that is off', 1, (server) => {
  const ask = <N extends keyof typeof AuthService>(name: N, request: Parameters<(typeof AuthService)[N]['request']['create']>[0] = {}) =>
    failure(server.client.at(0, AuthService[name] as never, request as never));

  test('is told so, and cannot be switched on without a root user', async () => {
    expect(await ask('authStatus')).toBe(differing('authStatus', server.kind));
    expect(await ask('authEnable')).toBe('9 etcdserver: root user does not exist');
    expect(await ask('authDisable')).toBe('succeeded');
    expect(await ask('authenticate', { name: 'a', password: 'b' })).toBe('9 etcdserver: authentication is not enabled');
    if (server.kind === 'quorate') expect(await server.client.at(0, AuthService.authStatus, {})).toMatchObject({ enabled: false, authRevision: 1, header: { revision: 1 } });
  });

  test('has no users and no roles', async () => {
    expect(await server.client.at(0, AuthService.userList, {})).toMatchObject({ users: [], header: { revision: 1 } });
    expect(await server.client.at(0, AuthService.roleList, {})).toMatchObject({ roles: [], header: { revision: 1 } });
    expect(await ask('userGet', { name: 'u' })).toBe(noUser);
    expect(await ask('userDelete', { name: 'u' })).toBe(noUser);
    expect(await ask('userChangePassword', { name: 'u', password: 'p' })).toBe(noUser);
    expect(await ask('userGrantRole', { user: 'u', role: 'r' })).toBe(noUser);
    expect(await ask('userRevokeRole', { name: 'u', role: 'r' })).toBe(noUser);
    expect(await ask('roleGet', { role: 'r' })).toBe(noRole);
    expect(await ask('roleDelete', { role: 'r' })).toBe(noRole);
    expect(await ask('roleRevokePermission', { role: 'r', key: utf8('k') })).toBe(noRole);
    expect(await ask('roleGrantPermission', { name: 'r', perm })).toBe(noRole);
    expect(await ask('roleGrantPermission', { name: 'r' })).toBe(differing('noPermission', server.kind));
  });

  test('takes no user and no role without a name; ours takes none at all yet', async () => {
    expect(await ask('userAdd', { name: '', password: 'p' })).toBe('3 etcdserver: user name is empty');
    expect(await ask('roleAdd', { name: '' })).toBe('3 etcdserver: role name is empty');
    expect(await ask('userAdd', { name: 'u', password: 'p' })).toBe(differing('addUser', server.kind));
    expect(await ask('roleAdd', { name: 'r' })).toBe(differing('addRole', server.kind));
    const added = differing('addUser', server.kind) === 'succeeded';
    expect((await server.client.at(0, AuthService.userList, {})).users).toEqual(added ? ['u'] : []);
    expect((await server.client.at(0, AuthService.roleList, {})).roles).toEqual(added ? ['r'] : []);
  });
});
