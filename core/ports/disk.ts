/**
 * Every disk byte of a member's log goes through this port. All paths are absolute.
 * Failures reject with a DiskError whose `code` is the platform's (ENOSPC, EACCES, EROFS, ENOENT, EEXIST, …).
 */
export interface Disk {
  /** Creates missing parents as well, durably; mode 0700. */
  mkdir(path: string): Promise<void>;
  /** Names in the folder, sorted; rejects with ENOENT when it is missing. */
  list(path: string): Promise<string[]>;
  exists(path: string): Promise<boolean>;
  readFile(path: string): Promise<Uint8Array>;
  /** Opens for reading and writing; `create` makes an empty file (mode 0600) and fails with EEXIST when there is one. */
  open(path: string, options?: { create?: boolean }): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes creations, renames and removals in the folder durable. */
  syncDir(path: string): Promise<void>;
  /** Takes an exclusive lock that ends with the process; rejects with code ELOCKED when another holds it. */
  lock(path: string): Promise<DiskLock>;
}

export interface DiskFile {
  readonly path: string;
  size(): Promise<number>;
  /** Fills `into` from `position` on, and resolves with how many bytes there were: fewer than asked for only where the file ends. */
  read(position: number, into: Uint8Array): Promise<number>;
  /** Writes all of `data` at `position`; not durable before `datasync`. */
  write(position: number, data: Uint8Array): Promise<void>;
  truncate(size: number): Promise<void>;
  /** fdatasync: what was written is durable when it resolves. */
  datasync(): Promise<void>;
  close(): Promise<void>;
}

export interface DiskLock {
  release(): Promise<void>;
}

export class DiskError extends Error {
  override readonly name = 'DiskError';
  readonly code: string;
  readonly path: string;

  constructor(code: string, path: string, message: string) {
    super(message);
    this.code = code;
    this.path = path;
  }
}
