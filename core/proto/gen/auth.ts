// Generated from core/proto/auth.proto by build/proto/generate.ts; do not edit.
import { emptyBytes } from '../../base/bytes.ts';
import { Reader, type FieldNames, type Writer } from '../wire.ts';
import { encodeWith } from '../encode.ts';
import { ResponseHeader } from './rpc.ts';

export interface UserAddOptions {
  noPassword: boolean;
}

export const UserAddOptions = {
  goNames: { 1: 'NoPassword' } as FieldNames,
  create(init?: Partial<UserAddOptions>): UserAddOptions {
    const m: UserAddOptions = {
      noPassword: false,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<UserAddOptions>, w: Writer): void {
    if (m.noPassword !== undefined && !(!m.noPassword)) {
      w.uint32(8);
      w.bool(m.noPassword);
    }
  },
  encode(m: Partial<UserAddOptions>): Uint8Array {
    return encodeWith(UserAddOptions.write, m);
  },
  read(r: Reader, end: number, m: UserAddOptions = UserAddOptions.create()): UserAddOptions {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.noPassword = r.bool();
          break;
        default:
          r.skip(tag, 'UserAddOptions', UserAddOptions.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): UserAddOptions {
    return UserAddOptions.read(new Reader(bytes), bytes.length);
  },
};

export interface Permission {
  permType: number;
  key: Uint8Array;
  rangeEnd: Uint8Array;
}

export const Permission = {
  goNames: { 1: 'PermType', 2: 'Key', 3: 'RangeEnd' } as FieldNames,
  create(init?: Partial<Permission>): Permission {
    const m: Permission = {
      permType: 0,
      key: emptyBytes,
      rangeEnd: emptyBytes,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<Permission>, w: Writer): void {
    if (m.permType !== undefined && !(m.permType === 0)) {
      w.uint32(8);
      w.int32(m.permType);
    }
    if (m.key !== undefined && !(m.key.length === 0)) {
      w.uint32(18);
      w.bytes(m.key);
    }
    if (m.rangeEnd !== undefined && !(m.rangeEnd.length === 0)) {
      w.uint32(26);
      w.bytes(m.rangeEnd);
    }
  },
  encode(m: Partial<Permission>): Uint8Array {
    return encodeWith(Permission.write, m);
  },
  read(r: Reader, end: number, m: Permission = Permission.create()): Permission {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.permType = r.int32();
          break;
        case 18:
          m.key = r.bytes();
          break;
        case 26:
          m.rangeEnd = r.bytes();
          break;
        default:
          r.skip(tag, 'Permission', Permission.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): Permission {
    return Permission.read(new Reader(bytes), bytes.length);
  },
};

export const PermissionType = {
  READ: 0,
  WRITE: 1,
  READWRITE: 2,
} as const;

export interface AuthEnableRequest {
}

export const AuthEnableRequest = {
  goNames: {} as FieldNames,
  create(init?: Partial<AuthEnableRequest>): AuthEnableRequest {
    const m: AuthEnableRequest = {
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(_m: Partial<AuthEnableRequest>, _w: Writer): void {},
  encode(m: Partial<AuthEnableRequest>): Uint8Array {
    return encodeWith(AuthEnableRequest.write, m);
  },
  read(r: Reader, end: number, m: AuthEnableRequest = AuthEnableRequest.create()): AuthEnableRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        default:
          r.skip(tag, 'AuthEnableRequest', AuthEnableRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthEnableRequest {
    return AuthEnableRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthEnableResponse {
  header: ResponseHeader | undefined;
}

export const AuthEnableResponse = {
  goNames: { 1: 'Header' } as FieldNames,
  create(init?: Partial<AuthEnableResponse>): AuthEnableResponse {
    const m: AuthEnableResponse = {
      header: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthEnableResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
  },
  encode(m: Partial<AuthEnableResponse>): Uint8Array {
    return encodeWith(AuthEnableResponse.write, m);
  },
  read(r: Reader, end: number, m: AuthEnableResponse = AuthEnableResponse.create()): AuthEnableResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        default:
          r.skip(tag, 'AuthEnableResponse', AuthEnableResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthEnableResponse {
    return AuthEnableResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthDisableRequest {
}

export const AuthDisableRequest = {
  goNames: {} as FieldNames,
  create(init?: Partial<AuthDisableRequest>): AuthDisableRequest {
    const m: AuthDisableRequest = {
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(_m: Partial<AuthDisableRequest>, _w: Writer): void {},
  encode(m: Partial<AuthDisableRequest>): Uint8Array {
    return encodeWith(AuthDisableRequest.write, m);
  },
  read(r: Reader, end: number, m: AuthDisableRequest = AuthDisableRequest.create()): AuthDisableRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        default:
          r.skip(tag, 'AuthDisableRequest', AuthDisableRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthDisableRequest {
    return AuthDisableRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthDisableResponse {
  header: ResponseHeader | undefined;
}

export const AuthDisableResponse = {
  goNames: { 1: 'Header' } as FieldNames,
  create(init?: Partial<AuthDisableResponse>): AuthDisableResponse {
    const m: AuthDisableResponse = {
      header: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthDisableResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
  },
  encode(m: Partial<AuthDisableResponse>): Uint8Array {
    return encodeWith(AuthDisableResponse.write, m);
  },
  read(r: Reader, end: number, m: AuthDisableResponse = AuthDisableResponse.create()): AuthDisableResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        default:
          r.skip(tag, 'AuthDisableResponse', AuthDisableResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthDisableResponse {
    return AuthDisableResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthStatusRequest {
}

export const AuthStatusRequest = {
  goNames: {} as FieldNames,
  create(init?: Partial<AuthStatusRequest>): AuthStatusRequest {
    const m: AuthStatusRequest = {
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(_m: Partial<AuthStatusRequest>, _w: Writer): void {},
  encode(m: Partial<AuthStatusRequest>): Uint8Array {
    return encodeWith(AuthStatusRequest.write, m);
  },
  read(r: Reader, end: number, m: AuthStatusRequest = AuthStatusRequest.create()): AuthStatusRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        default:
          r.skip(tag, 'AuthStatusRequest', AuthStatusRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthStatusRequest {
    return AuthStatusRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthStatusResponse {
  header: ResponseHeader | undefined;
  enabled: boolean;
  authRevision: number;
}

export const AuthStatusResponse = {
  goNames: { 1: 'Header', 2: 'Enabled', 3: 'AuthRevision' } as FieldNames,
  create(init?: Partial<AuthStatusResponse>): AuthStatusResponse {
    const m: AuthStatusResponse = {
      header: undefined,
      enabled: false,
      authRevision: 0,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthStatusResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.enabled !== undefined && !(!m.enabled)) {
      w.uint32(16);
      w.bool(m.enabled);
    }
    if (m.authRevision !== undefined && !(m.authRevision === 0)) {
      w.uint32(24);
      w.uint64Number(m.authRevision);
    }
  },
  encode(m: Partial<AuthStatusResponse>): Uint8Array {
    return encodeWith(AuthStatusResponse.write, m);
  },
  read(r: Reader, end: number, m: AuthStatusResponse = AuthStatusResponse.create()): AuthStatusResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 16:
          m.enabled = r.bool();
          break;
        case 24:
          m.authRevision = r.uint64Number();
          break;
        default:
          r.skip(tag, 'AuthStatusResponse', AuthStatusResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthStatusResponse {
    return AuthStatusResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthenticateRequest {
  name: string;
  password: string;
}

export const AuthenticateRequest = {
  goNames: { 1: 'Name', 2: 'Password' } as FieldNames,
  create(init?: Partial<AuthenticateRequest>): AuthenticateRequest {
    const m: AuthenticateRequest = {
      name: '',
      password: '',
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthenticateRequest>, w: Writer): void {
    if (m.name !== undefined && !(m.name === '')) {
      w.uint32(10);
      w.string(m.name);
    }
    if (m.password !== undefined && !(m.password === '')) {
      w.uint32(18);
      w.string(m.password);
    }
  },
  encode(m: Partial<AuthenticateRequest>): Uint8Array {
    return encodeWith(AuthenticateRequest.write, m);
  },
  read(r: Reader, end: number, m: AuthenticateRequest = AuthenticateRequest.create()): AuthenticateRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.name = r.string();
          break;
        case 18:
          m.password = r.string();
          break;
        default:
          r.skip(tag, 'AuthenticateRequest', AuthenticateRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthenticateRequest {
    return AuthenticateRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthenticateResponse {
  header: ResponseHeader | undefined;
  token: string;
}

export const AuthenticateResponse = {
  goNames: { 1: 'Header', 2: 'Token' } as FieldNames,
  create(init?: Partial<AuthenticateResponse>): AuthenticateResponse {
    const m: AuthenticateResponse = {
      header: undefined,
      token: '',
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthenticateResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.token !== undefined && !(m.token === '')) {
      w.uint32(18);
      w.string(m.token);
    }
  },
  encode(m: Partial<AuthenticateResponse>): Uint8Array {
    return encodeWith(AuthenticateResponse.write, m);
  },
  read(r: Reader, end: number, m: AuthenticateResponse = AuthenticateResponse.create()): AuthenticateResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 18:
          m.token = r.string();
          break;
        default:
          r.skip(tag, 'AuthenticateResponse', AuthenticateResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthenticateResponse {
    return AuthenticateResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthUserAddRequest {
  name: string;
  password: string;
  options: UserAddOptions | undefined;
  hashedPassword: string;
}

export const AuthUserAddRequest = {
  goNames: { 1: 'Name', 2: 'Password', 3: 'Options', 4: 'HashedPassword' } as FieldNames,
  create(init?: Partial<AuthUserAddRequest>): AuthUserAddRequest {
    const m: AuthUserAddRequest = {
      name: '',
      password: '',
      options: undefined,
      hashedPassword: '',
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthUserAddRequest>, w: Writer): void {
    if (m.name !== undefined && !(m.name === '')) {
      w.uint32(10);
      w.string(m.name);
    }
    if (m.password !== undefined && !(m.password === '')) {
      w.uint32(18);
      w.string(m.password);
    }
    if (m.options !== undefined) {
      w.uint32(26);
      const mark = w.open();
      UserAddOptions.write(m.options, w);
      w.close(mark);
    }
    if (m.hashedPassword !== undefined && !(m.hashedPassword === '')) {
      w.uint32(34);
      w.string(m.hashedPassword);
    }
  },
  encode(m: Partial<AuthUserAddRequest>): Uint8Array {
    return encodeWith(AuthUserAddRequest.write, m);
  },
  read(r: Reader, end: number, m: AuthUserAddRequest = AuthUserAddRequest.create()): AuthUserAddRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.name = r.string();
          break;
        case 18:
          m.password = r.string();
          break;
        case 26:
          m.options = UserAddOptions.read(r, r.end(), m.options);
          break;
        case 34:
          m.hashedPassword = r.string();
          break;
        default:
          r.skip(tag, 'AuthUserAddRequest', AuthUserAddRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthUserAddRequest {
    return AuthUserAddRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthUserAddResponse {
  header: ResponseHeader | undefined;
}

export const AuthUserAddResponse = {
  goNames: { 1: 'Header' } as FieldNames,
  create(init?: Partial<AuthUserAddResponse>): AuthUserAddResponse {
    const m: AuthUserAddResponse = {
      header: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthUserAddResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
  },
  encode(m: Partial<AuthUserAddResponse>): Uint8Array {
    return encodeWith(AuthUserAddResponse.write, m);
  },
  read(r: Reader, end: number, m: AuthUserAddResponse = AuthUserAddResponse.create()): AuthUserAddResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        default:
          r.skip(tag, 'AuthUserAddResponse', AuthUserAddResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthUserAddResponse {
    return AuthUserAddResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthUserGetRequest {
  name: string;
}

export const AuthUserGetRequest = {
  goNames: { 1: 'Name' } as FieldNames,
  create(init?: Partial<AuthUserGetRequest>): AuthUserGetRequest {
    const m: AuthUserGetRequest = {
      name: '',
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthUserGetRequest>, w: Writer): void {
    if (m.name !== undefined && !(m.name === '')) {
      w.uint32(10);
      w.string(m.name);
    }
  },
  encode(m: Partial<AuthUserGetRequest>): Uint8Array {
    return encodeWith(AuthUserGetRequest.write, m);
  },
  read(r: Reader, end: number, m: AuthUserGetRequest = AuthUserGetRequest.create()): AuthUserGetRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.name = r.string();
          break;
        default:
          r.skip(tag, 'AuthUserGetRequest', AuthUserGetRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthUserGetRequest {
    return AuthUserGetRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthUserGetResponse {
  header: ResponseHeader | undefined;
  roles: string[];
}

export const AuthUserGetResponse = {
  goNames: { 1: 'Header', 2: 'Roles' } as FieldNames,
  create(init?: Partial<AuthUserGetResponse>): AuthUserGetResponse {
    const m: AuthUserGetResponse = {
      header: undefined,
      roles: [],
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthUserGetResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.roles !== undefined) {
      for (const item of m.roles) {
        w.uint32(18);
        w.string(item);
      }
    }
  },
  encode(m: Partial<AuthUserGetResponse>): Uint8Array {
    return encodeWith(AuthUserGetResponse.write, m);
  },
  read(r: Reader, end: number, m: AuthUserGetResponse = AuthUserGetResponse.create()): AuthUserGetResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 18:
          m.roles.push(r.string());
          break;
        default:
          r.skip(tag, 'AuthUserGetResponse', AuthUserGetResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthUserGetResponse {
    return AuthUserGetResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthUserListRequest {
}

export const AuthUserListRequest = {
  goNames: {} as FieldNames,
  create(init?: Partial<AuthUserListRequest>): AuthUserListRequest {
    const m: AuthUserListRequest = {
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(_m: Partial<AuthUserListRequest>, _w: Writer): void {},
  encode(m: Partial<AuthUserListRequest>): Uint8Array {
    return encodeWith(AuthUserListRequest.write, m);
  },
  read(r: Reader, end: number, m: AuthUserListRequest = AuthUserListRequest.create()): AuthUserListRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        default:
          r.skip(tag, 'AuthUserListRequest', AuthUserListRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthUserListRequest {
    return AuthUserListRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthUserListResponse {
  header: ResponseHeader | undefined;
  users: string[];
}

export const AuthUserListResponse = {
  goNames: { 1: 'Header', 2: 'Users' } as FieldNames,
  create(init?: Partial<AuthUserListResponse>): AuthUserListResponse {
    const m: AuthUserListResponse = {
      header: undefined,
      users: [],
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthUserListResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.users !== undefined) {
      for (const item of m.users) {
        w.uint32(18);
        w.string(item);
      }
    }
  },
  encode(m: Partial<AuthUserListResponse>): Uint8Array {
    return encodeWith(AuthUserListResponse.write, m);
  },
  read(r: Reader, end: number, m: AuthUserListResponse = AuthUserListResponse.create()): AuthUserListResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 18:
          m.users.push(r.string());
          break;
        default:
          r.skip(tag, 'AuthUserListResponse', AuthUserListResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthUserListResponse {
    return AuthUserListResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthUserDeleteRequest {
  name: string;
}

export const AuthUserDeleteRequest = {
  goNames: { 1: 'Name' } as FieldNames,
  create(init?: Partial<AuthUserDeleteRequest>): AuthUserDeleteRequest {
    const m: AuthUserDeleteRequest = {
      name: '',
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthUserDeleteRequest>, w: Writer): void {
    if (m.name !== undefined && !(m.name === '')) {
      w.uint32(10);
      w.string(m.name);
    }
  },
  encode(m: Partial<AuthUserDeleteRequest>): Uint8Array {
    return encodeWith(AuthUserDeleteRequest.write, m);
  },
  read(r: Reader, end: number, m: AuthUserDeleteRequest = AuthUserDeleteRequest.create()): AuthUserDeleteRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.name = r.string();
          break;
        default:
          r.skip(tag, 'AuthUserDeleteRequest', AuthUserDeleteRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthUserDeleteRequest {
    return AuthUserDeleteRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthUserDeleteResponse {
  header: ResponseHeader | undefined;
}

export const AuthUserDeleteResponse = {
  goNames: { 1: 'Header' } as FieldNames,
  create(init?: Partial<AuthUserDeleteResponse>): AuthUserDeleteResponse {
    const m: AuthUserDeleteResponse = {
      header: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthUserDeleteResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
  },
  encode(m: Partial<AuthUserDeleteResponse>): Uint8Array {
    return encodeWith(AuthUserDeleteResponse.write, m);
  },
  read(r: Reader, end: number, m: AuthUserDeleteResponse = AuthUserDeleteResponse.create()): AuthUserDeleteResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        default:
          r.skip(tag, 'AuthUserDeleteResponse', AuthUserDeleteResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthUserDeleteResponse {
    return AuthUserDeleteResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthUserChangePasswordRequest {
  name: string;
  password: string;
  hashedPassword: string;
}

export const AuthUserChangePasswordRequest = {
  goNames: { 1: 'Name', 2: 'Password', 3: 'HashedPassword' } as FieldNames,
  create(init?: Partial<AuthUserChangePasswordRequest>): AuthUserChangePasswordRequest {
    const m: AuthUserChangePasswordRequest = {
      name: '',
      password: '',
      hashedPassword: '',
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthUserChangePasswordRequest>, w: Writer): void {
    if (m.name !== undefined && !(m.name === '')) {
      w.uint32(10);
      w.string(m.name);
    }
    if (m.password !== undefined && !(m.password === '')) {
      w.uint32(18);
      w.string(m.password);
    }
    if (m.hashedPassword !== undefined && !(m.hashedPassword === '')) {
      w.uint32(26);
      w.string(m.hashedPassword);
    }
  },
  encode(m: Partial<AuthUserChangePasswordRequest>): Uint8Array {
    return encodeWith(AuthUserChangePasswordRequest.write, m);
  },
  read(r: Reader, end: number, m: AuthUserChangePasswordRequest = AuthUserChangePasswordRequest.create()): AuthUserChangePasswordRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.name = r.string();
          break;
        case 18:
          m.password = r.string();
          break;
        case 26:
          m.hashedPassword = r.string();
          break;
        default:
          r.skip(tag, 'AuthUserChangePasswordRequest', AuthUserChangePasswordRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthUserChangePasswordRequest {
    return AuthUserChangePasswordRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthUserChangePasswordResponse {
  header: ResponseHeader | undefined;
}

export const AuthUserChangePasswordResponse = {
  goNames: { 1: 'Header' } as FieldNames,
  create(init?: Partial<AuthUserChangePasswordResponse>): AuthUserChangePasswordResponse {
    const m: AuthUserChangePasswordResponse = {
      header: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthUserChangePasswordResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
  },
  encode(m: Partial<AuthUserChangePasswordResponse>): Uint8Array {
    return encodeWith(AuthUserChangePasswordResponse.write, m);
  },
  read(r: Reader, end: number, m: AuthUserChangePasswordResponse = AuthUserChangePasswordResponse.create()): AuthUserChangePasswordResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        default:
          r.skip(tag, 'AuthUserChangePasswordResponse', AuthUserChangePasswordResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthUserChangePasswordResponse {
    return AuthUserChangePasswordResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthUserGrantRoleRequest {
  user: string;
  role: string;
}

export const AuthUserGrantRoleRequest = {
  goNames: { 1: 'User', 2: 'Role' } as FieldNames,
  create(init?: Partial<AuthUserGrantRoleRequest>): AuthUserGrantRoleRequest {
    const m: AuthUserGrantRoleRequest = {
      user: '',
      role: '',
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthUserGrantRoleRequest>, w: Writer): void {
    if (m.user !== undefined && !(m.user === '')) {
      w.uint32(10);
      w.string(m.user);
    }
    if (m.role !== undefined && !(m.role === '')) {
      w.uint32(18);
      w.string(m.role);
    }
  },
  encode(m: Partial<AuthUserGrantRoleRequest>): Uint8Array {
    return encodeWith(AuthUserGrantRoleRequest.write, m);
  },
  read(r: Reader, end: number, m: AuthUserGrantRoleRequest = AuthUserGrantRoleRequest.create()): AuthUserGrantRoleRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.user = r.string();
          break;
        case 18:
          m.role = r.string();
          break;
        default:
          r.skip(tag, 'AuthUserGrantRoleRequest', AuthUserGrantRoleRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthUserGrantRoleRequest {
    return AuthUserGrantRoleRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthUserGrantRoleResponse {
  header: ResponseHeader | undefined;
}

export const AuthUserGrantRoleResponse = {
  goNames: { 1: 'Header' } as FieldNames,
  create(init?: Partial<AuthUserGrantRoleResponse>): AuthUserGrantRoleResponse {
    const m: AuthUserGrantRoleResponse = {
      header: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthUserGrantRoleResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
  },
  encode(m: Partial<AuthUserGrantRoleResponse>): Uint8Array {
    return encodeWith(AuthUserGrantRoleResponse.write, m);
  },
  read(r: Reader, end: number, m: AuthUserGrantRoleResponse = AuthUserGrantRoleResponse.create()): AuthUserGrantRoleResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        default:
          r.skip(tag, 'AuthUserGrantRoleResponse', AuthUserGrantRoleResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthUserGrantRoleResponse {
    return AuthUserGrantRoleResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthUserRevokeRoleRequest {
  name: string;
  role: string;
}

export const AuthUserRevokeRoleRequest = {
  goNames: { 1: 'Name', 2: 'Role' } as FieldNames,
  create(init?: Partial<AuthUserRevokeRoleRequest>): AuthUserRevokeRoleRequest {
    const m: AuthUserRevokeRoleRequest = {
      name: '',
      role: '',
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthUserRevokeRoleRequest>, w: Writer): void {
    if (m.name !== undefined && !(m.name === '')) {
      w.uint32(10);
      w.string(m.name);
    }
    if (m.role !== undefined && !(m.role === '')) {
      w.uint32(18);
      w.string(m.role);
    }
  },
  encode(m: Partial<AuthUserRevokeRoleRequest>): Uint8Array {
    return encodeWith(AuthUserRevokeRoleRequest.write, m);
  },
  read(r: Reader, end: number, m: AuthUserRevokeRoleRequest = AuthUserRevokeRoleRequest.create()): AuthUserRevokeRoleRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.name = r.string();
          break;
        case 18:
          m.role = r.string();
          break;
        default:
          r.skip(tag, 'AuthUserRevokeRoleRequest', AuthUserRevokeRoleRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthUserRevokeRoleRequest {
    return AuthUserRevokeRoleRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthUserRevokeRoleResponse {
  header: ResponseHeader | undefined;
}

export const AuthUserRevokeRoleResponse = {
  goNames: { 1: 'Header' } as FieldNames,
  create(init?: Partial<AuthUserRevokeRoleResponse>): AuthUserRevokeRoleResponse {
    const m: AuthUserRevokeRoleResponse = {
      header: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthUserRevokeRoleResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
  },
  encode(m: Partial<AuthUserRevokeRoleResponse>): Uint8Array {
    return encodeWith(AuthUserRevokeRoleResponse.write, m);
  },
  read(r: Reader, end: number, m: AuthUserRevokeRoleResponse = AuthUserRevokeRoleResponse.create()): AuthUserRevokeRoleResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        default:
          r.skip(tag, 'AuthUserRevokeRoleResponse', AuthUserRevokeRoleResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthUserRevokeRoleResponse {
    return AuthUserRevokeRoleResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthRoleAddRequest {
  name: string;
}

export const AuthRoleAddRequest = {
  goNames: { 1: 'Name' } as FieldNames,
  create(init?: Partial<AuthRoleAddRequest>): AuthRoleAddRequest {
    const m: AuthRoleAddRequest = {
      name: '',
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthRoleAddRequest>, w: Writer): void {
    if (m.name !== undefined && !(m.name === '')) {
      w.uint32(10);
      w.string(m.name);
    }
  },
  encode(m: Partial<AuthRoleAddRequest>): Uint8Array {
    return encodeWith(AuthRoleAddRequest.write, m);
  },
  read(r: Reader, end: number, m: AuthRoleAddRequest = AuthRoleAddRequest.create()): AuthRoleAddRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.name = r.string();
          break;
        default:
          r.skip(tag, 'AuthRoleAddRequest', AuthRoleAddRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthRoleAddRequest {
    return AuthRoleAddRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthRoleAddResponse {
  header: ResponseHeader | undefined;
}

export const AuthRoleAddResponse = {
  goNames: { 1: 'Header' } as FieldNames,
  create(init?: Partial<AuthRoleAddResponse>): AuthRoleAddResponse {
    const m: AuthRoleAddResponse = {
      header: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthRoleAddResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
  },
  encode(m: Partial<AuthRoleAddResponse>): Uint8Array {
    return encodeWith(AuthRoleAddResponse.write, m);
  },
  read(r: Reader, end: number, m: AuthRoleAddResponse = AuthRoleAddResponse.create()): AuthRoleAddResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        default:
          r.skip(tag, 'AuthRoleAddResponse', AuthRoleAddResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthRoleAddResponse {
    return AuthRoleAddResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthRoleGetRequest {
  role: string;
}

export const AuthRoleGetRequest = {
  goNames: { 1: 'Role' } as FieldNames,
  create(init?: Partial<AuthRoleGetRequest>): AuthRoleGetRequest {
    const m: AuthRoleGetRequest = {
      role: '',
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthRoleGetRequest>, w: Writer): void {
    if (m.role !== undefined && !(m.role === '')) {
      w.uint32(10);
      w.string(m.role);
    }
  },
  encode(m: Partial<AuthRoleGetRequest>): Uint8Array {
    return encodeWith(AuthRoleGetRequest.write, m);
  },
  read(r: Reader, end: number, m: AuthRoleGetRequest = AuthRoleGetRequest.create()): AuthRoleGetRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.role = r.string();
          break;
        default:
          r.skip(tag, 'AuthRoleGetRequest', AuthRoleGetRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthRoleGetRequest {
    return AuthRoleGetRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthRoleGetResponse {
  header: ResponseHeader | undefined;
  perm: Permission[];
}

export const AuthRoleGetResponse = {
  goNames: { 1: 'Header', 2: 'Perm' } as FieldNames,
  create(init?: Partial<AuthRoleGetResponse>): AuthRoleGetResponse {
    const m: AuthRoleGetResponse = {
      header: undefined,
      perm: [],
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthRoleGetResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.perm !== undefined) {
      for (const item of m.perm) {
        w.uint32(18);
        const mark = w.open();
        Permission.write(item, w);
        w.close(mark);
      }
    }
  },
  encode(m: Partial<AuthRoleGetResponse>): Uint8Array {
    return encodeWith(AuthRoleGetResponse.write, m);
  },
  read(r: Reader, end: number, m: AuthRoleGetResponse = AuthRoleGetResponse.create()): AuthRoleGetResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 18:
          m.perm.push(Permission.read(r, r.end()));
          break;
        default:
          r.skip(tag, 'AuthRoleGetResponse', AuthRoleGetResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthRoleGetResponse {
    return AuthRoleGetResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthRoleListRequest {
}

export const AuthRoleListRequest = {
  goNames: {} as FieldNames,
  create(init?: Partial<AuthRoleListRequest>): AuthRoleListRequest {
    const m: AuthRoleListRequest = {
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(_m: Partial<AuthRoleListRequest>, _w: Writer): void {},
  encode(m: Partial<AuthRoleListRequest>): Uint8Array {
    return encodeWith(AuthRoleListRequest.write, m);
  },
  read(r: Reader, end: number, m: AuthRoleListRequest = AuthRoleListRequest.create()): AuthRoleListRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        default:
          r.skip(tag, 'AuthRoleListRequest', AuthRoleListRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthRoleListRequest {
    return AuthRoleListRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthRoleListResponse {
  header: ResponseHeader | undefined;
  roles: string[];
}

export const AuthRoleListResponse = {
  goNames: { 1: 'Header', 2: 'Roles' } as FieldNames,
  create(init?: Partial<AuthRoleListResponse>): AuthRoleListResponse {
    const m: AuthRoleListResponse = {
      header: undefined,
      roles: [],
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthRoleListResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.roles !== undefined) {
      for (const item of m.roles) {
        w.uint32(18);
        w.string(item);
      }
    }
  },
  encode(m: Partial<AuthRoleListResponse>): Uint8Array {
    return encodeWith(AuthRoleListResponse.write, m);
  },
  read(r: Reader, end: number, m: AuthRoleListResponse = AuthRoleListResponse.create()): AuthRoleListResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 18:
          m.roles.push(r.string());
          break;
        default:
          r.skip(tag, 'AuthRoleListResponse', AuthRoleListResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthRoleListResponse {
    return AuthRoleListResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthRoleDeleteRequest {
  role: string;
}

export const AuthRoleDeleteRequest = {
  goNames: { 1: 'Role' } as FieldNames,
  create(init?: Partial<AuthRoleDeleteRequest>): AuthRoleDeleteRequest {
    const m: AuthRoleDeleteRequest = {
      role: '',
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthRoleDeleteRequest>, w: Writer): void {
    if (m.role !== undefined && !(m.role === '')) {
      w.uint32(10);
      w.string(m.role);
    }
  },
  encode(m: Partial<AuthRoleDeleteRequest>): Uint8Array {
    return encodeWith(AuthRoleDeleteRequest.write, m);
  },
  read(r: Reader, end: number, m: AuthRoleDeleteRequest = AuthRoleDeleteRequest.create()): AuthRoleDeleteRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.role = r.string();
          break;
        default:
          r.skip(tag, 'AuthRoleDeleteRequest', AuthRoleDeleteRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthRoleDeleteRequest {
    return AuthRoleDeleteRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthRoleDeleteResponse {
  header: ResponseHeader | undefined;
}

export const AuthRoleDeleteResponse = {
  goNames: { 1: 'Header' } as FieldNames,
  create(init?: Partial<AuthRoleDeleteResponse>): AuthRoleDeleteResponse {
    const m: AuthRoleDeleteResponse = {
      header: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthRoleDeleteResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
  },
  encode(m: Partial<AuthRoleDeleteResponse>): Uint8Array {
    return encodeWith(AuthRoleDeleteResponse.write, m);
  },
  read(r: Reader, end: number, m: AuthRoleDeleteResponse = AuthRoleDeleteResponse.create()): AuthRoleDeleteResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        default:
          r.skip(tag, 'AuthRoleDeleteResponse', AuthRoleDeleteResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthRoleDeleteResponse {
    return AuthRoleDeleteResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthRoleGrantPermissionRequest {
  name: string;
  perm: Permission | undefined;
}

export const AuthRoleGrantPermissionRequest = {
  goNames: { 1: 'Name', 2: 'Perm' } as FieldNames,
  create(init?: Partial<AuthRoleGrantPermissionRequest>): AuthRoleGrantPermissionRequest {
    const m: AuthRoleGrantPermissionRequest = {
      name: '',
      perm: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthRoleGrantPermissionRequest>, w: Writer): void {
    if (m.name !== undefined && !(m.name === '')) {
      w.uint32(10);
      w.string(m.name);
    }
    if (m.perm !== undefined) {
      w.uint32(18);
      const mark = w.open();
      Permission.write(m.perm, w);
      w.close(mark);
    }
  },
  encode(m: Partial<AuthRoleGrantPermissionRequest>): Uint8Array {
    return encodeWith(AuthRoleGrantPermissionRequest.write, m);
  },
  read(r: Reader, end: number, m: AuthRoleGrantPermissionRequest = AuthRoleGrantPermissionRequest.create()): AuthRoleGrantPermissionRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.name = r.string();
          break;
        case 18:
          m.perm = Permission.read(r, r.end(), m.perm);
          break;
        default:
          r.skip(tag, 'AuthRoleGrantPermissionRequest', AuthRoleGrantPermissionRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthRoleGrantPermissionRequest {
    return AuthRoleGrantPermissionRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthRoleGrantPermissionResponse {
  header: ResponseHeader | undefined;
}

export const AuthRoleGrantPermissionResponse = {
  goNames: { 1: 'Header' } as FieldNames,
  create(init?: Partial<AuthRoleGrantPermissionResponse>): AuthRoleGrantPermissionResponse {
    const m: AuthRoleGrantPermissionResponse = {
      header: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthRoleGrantPermissionResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
  },
  encode(m: Partial<AuthRoleGrantPermissionResponse>): Uint8Array {
    return encodeWith(AuthRoleGrantPermissionResponse.write, m);
  },
  read(r: Reader, end: number, m: AuthRoleGrantPermissionResponse = AuthRoleGrantPermissionResponse.create()): AuthRoleGrantPermissionResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        default:
          r.skip(tag, 'AuthRoleGrantPermissionResponse', AuthRoleGrantPermissionResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthRoleGrantPermissionResponse {
    return AuthRoleGrantPermissionResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthRoleRevokePermissionRequest {
  role: string;
  key: Uint8Array;
  rangeEnd: Uint8Array;
}

export const AuthRoleRevokePermissionRequest = {
  goNames: { 1: 'Role', 2: 'Key', 3: 'RangeEnd' } as FieldNames,
  create(init?: Partial<AuthRoleRevokePermissionRequest>): AuthRoleRevokePermissionRequest {
    const m: AuthRoleRevokePermissionRequest = {
      role: '',
      key: emptyBytes,
      rangeEnd: emptyBytes,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthRoleRevokePermissionRequest>, w: Writer): void {
    if (m.role !== undefined && !(m.role === '')) {
      w.uint32(10);
      w.string(m.role);
    }
    if (m.key !== undefined && !(m.key.length === 0)) {
      w.uint32(18);
      w.bytes(m.key);
    }
    if (m.rangeEnd !== undefined && !(m.rangeEnd.length === 0)) {
      w.uint32(26);
      w.bytes(m.rangeEnd);
    }
  },
  encode(m: Partial<AuthRoleRevokePermissionRequest>): Uint8Array {
    return encodeWith(AuthRoleRevokePermissionRequest.write, m);
  },
  read(r: Reader, end: number, m: AuthRoleRevokePermissionRequest = AuthRoleRevokePermissionRequest.create()): AuthRoleRevokePermissionRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.role = r.string();
          break;
        case 18:
          m.key = r.bytes();
          break;
        case 26:
          m.rangeEnd = r.bytes();
          break;
        default:
          r.skip(tag, 'AuthRoleRevokePermissionRequest', AuthRoleRevokePermissionRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthRoleRevokePermissionRequest {
    return AuthRoleRevokePermissionRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthRoleRevokePermissionResponse {
  header: ResponseHeader | undefined;
}

export const AuthRoleRevokePermissionResponse = {
  goNames: { 1: 'Header' } as FieldNames,
  create(init?: Partial<AuthRoleRevokePermissionResponse>): AuthRoleRevokePermissionResponse {
    const m: AuthRoleRevokePermissionResponse = {
      header: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AuthRoleRevokePermissionResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
  },
  encode(m: Partial<AuthRoleRevokePermissionResponse>): Uint8Array {
    return encodeWith(AuthRoleRevokePermissionResponse.write, m);
  },
  read(r: Reader, end: number, m: AuthRoleRevokePermissionResponse = AuthRoleRevokePermissionResponse.create()): AuthRoleRevokePermissionResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        default:
          r.skip(tag, 'AuthRoleRevokePermissionResponse', AuthRoleRevokePermissionResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthRoleRevokePermissionResponse {
    return AuthRoleRevokePermissionResponse.read(new Reader(bytes), bytes.length);
  },
};

export const AuthService = {
  authEnable: {
    path: '/etcdserverpb.Auth/AuthEnable',
    request: AuthEnableRequest,
    response: AuthEnableResponse,
    requestStream: false,
    responseStream: false,
  },
  authDisable: {
    path: '/etcdserverpb.Auth/AuthDisable',
    request: AuthDisableRequest,
    response: AuthDisableResponse,
    requestStream: false,
    responseStream: false,
  },
  authStatus: {
    path: '/etcdserverpb.Auth/AuthStatus',
    request: AuthStatusRequest,
    response: AuthStatusResponse,
    requestStream: false,
    responseStream: false,
  },
  authenticate: {
    path: '/etcdserverpb.Auth/Authenticate',
    request: AuthenticateRequest,
    response: AuthenticateResponse,
    requestStream: false,
    responseStream: false,
  },
  userAdd: {
    path: '/etcdserverpb.Auth/UserAdd',
    request: AuthUserAddRequest,
    response: AuthUserAddResponse,
    requestStream: false,
    responseStream: false,
  },
  userGet: {
    path: '/etcdserverpb.Auth/UserGet',
    request: AuthUserGetRequest,
    response: AuthUserGetResponse,
    requestStream: false,
    responseStream: false,
  },
  userList: {
    path: '/etcdserverpb.Auth/UserList',
    request: AuthUserListRequest,
    response: AuthUserListResponse,
    requestStream: false,
    responseStream: false,
  },
  userDelete: {
    path: '/etcdserverpb.Auth/UserDelete',
    request: AuthUserDeleteRequest,
    response: AuthUserDeleteResponse,
    requestStream: false,
    responseStream: false,
  },
  userChangePassword: {
    path: '/etcdserverpb.Auth/UserChangePassword',
    request: AuthUserChangePasswordRequest,
    response: AuthUserChangePasswordResponse,
    requestStream: false,
    responseStream: false,
  },
  userGrantRole: {
    path: '/etcdserverpb.Auth/UserGrantRole',
    request: AuthUserGrantRoleRequest,
    response: AuthUserGrantRoleResponse,
    requestStream: false,
    responseStream: false,
  },
  userRevokeRole: {
    path: '/etcdserverpb.Auth/UserRevokeRole',
    request: AuthUserRevokeRoleRequest,
    response: AuthUserRevokeRoleResponse,
    requestStream: false,
    responseStream: false,
  },
  roleAdd: {
    path: '/etcdserverpb.Auth/RoleAdd',
    request: AuthRoleAddRequest,
    response: AuthRoleAddResponse,
    requestStream: false,
    responseStream: false,
  },
  roleGet: {
    path: '/etcdserverpb.Auth/RoleGet',
    request: AuthRoleGetRequest,
    response: AuthRoleGetResponse,
    requestStream: false,
    responseStream: false,
  },
  roleList: {
    path: '/etcdserverpb.Auth/RoleList',
    request: AuthRoleListRequest,
    response: AuthRoleListResponse,
    requestStream: false,
    responseStream: false,
  },
  roleDelete: {
    path: '/etcdserverpb.Auth/RoleDelete',
    request: AuthRoleDeleteRequest,
    response: AuthRoleDeleteResponse,
    requestStream: false,
    responseStream: false,
  },
  roleGrantPermission: {
    path: '/etcdserverpb.Auth/RoleGrantPermission',
    request: AuthRoleGrantPermissionRequest,
    response: AuthRoleGrantPermissionResponse,
    requestStream: false,
    responseStream: false,
  },
  roleRevokePermission: {
    path: '/etcdserverpb.Auth/RoleRevokePermission',
    request: AuthRoleRevokePermissionRequest,
    response: AuthRoleRevokePermissionResponse,
    requestStream: false,
    responseStream: false,
  },
} as const;
