import { chance, randomInt, type Random } from '../../core/base/random.ts';
import { DiskError, type Disk, type DiskFile, type DiskLock } from '../../core/ports/disk.ts';

const sectorBytes = 512;

interface Write {
  position: number;
  data: Uint8Array;
}

interface Inode {
  /** What is on the platter. */
  durable: Uint8Array;
  /** What a reader sees: durable and everything written since. */
  visible: Uint8Array;
  /** Writes since the last sync, in order. */
  pending: Write[];
  /** The size to which the file was set since the last sync; undefined: not set. */
  resized: boolean;
}

/** Where a fault may strike. */
export type DiskOperation = 'write' | 'sync' | 'rename' | 'create' | 'remove' | 'truncate' | 'syncDir';

/** How much of an operation that fails is done all the same; half of a write is a whole number of sectors. */
export type Taken = 'nothing' | 'half' | 'all';

/** Asked before each operation; an error makes it fail, with nothing done where it does not say how much. */
export type DiskFault = (operation: DiskOperation, path: string) => Error | { error: Error; taken: Taken } | undefined;

const newInode = (): Inode => ({ durable: new Uint8Array(0), visible: new Uint8Array(0), pending: [], resized: false });

function resize(bytes: Uint8Array, size: number): Uint8Array {
  if (size <= bytes.length) return bytes.slice(0, size);
  const out = new Uint8Array(size);
  out.set(bytes);
  return out;
}

function overwrite(bytes: Uint8Array, { position, data }: Write): Uint8Array {
  const out = position + data.length > bytes.length ? resize(bytes, position + data.length) : bytes;
  out.set(data, position);
  return out;
}

/**
 * A disk in memory that can lose power. Bytes are durable after `datasync`, names after `syncDir`; a crash keeps, drops or
 * tears what was not, sector by sector, as its random source says.
 */
export class SimDisk implements Disk {
  /** Names that a restart would find. */
  #durableNames = new Map<string, Inode>();
  #names = new Map<string, Inode>();
  /** Names that have moved with their folders, whose new names are not durable yet. */
  readonly #moves = new Set<{ from: string; to: string; inode: Inode }>();
  #folders = new Set<string>();
  #locks = new Set<string>();
  #fault: DiskFault = () => undefined;
  /** Counts up with each crash: handles of before are dead. */
  #epoch = 0;
  operations = 0;

  /** How long the next operation takes; undefined: no time. */
  delay: () => Promise<void> | undefined = () => undefined;

  /** The disk as one run of its member sees it: after a crash nothing that is left of that run reaches it any more. */
  mount(): Disk {
    const epoch = this.#epoch;
    const living = (path: string): void => {
      if (epoch !== this.#epoch) throw new DiskError('EIO', path, `${path}: the power has failed`);
    };
    const after = async <T>(path: string, run: () => Promise<T>): Promise<T> => {
      living(path);
      const wait = this.delay();
      if (wait) {
        await wait;
        living(path);
      }
      return run();
    };
    return {
      mkdir: (path) => after(path, () => this.mkdir(path)),
      list: (path) => after(path, () => this.list(path)),
      exists: (path) => after(path, () => this.exists(path)),
      readFile: (path) => after(path, () => this.readFile(path)),
      rename: (from, to) => after(to, () => this.rename(from, to)),
      remove: (path) => after(path, () => this.remove(path)),
      syncDir: (path) => after(path, () => this.syncDir(path)),
      lock: (path) => after(path, () => this.lock(path)),
      open: async (path, options) => {
        const file = await after(path, () => this.open(path, options));
        return {
          path,
          size: () => file.size(),
          read: (position, into) => file.read(position, into),
          write: (position, data) => after(path, () => file.write(position, data)),
          truncate: (size) => after(path, () => file.truncate(size)),
          datasync: () => after(path, () => file.datasync()),
          close: () => file.close(),
        };
      },
    };
  }

  setFault(fault: DiskFault | undefined): void {
    this.#fault = fault ?? (() => undefined);
  }

  #strike(operation: DiskOperation, path: string, run: (taken: Taken) => void): void {
    this.operations++;
    const fault = this.#fault(operation, path);
    const { error, taken } = !fault ? { error: undefined, taken: 'all' as const } : fault instanceof Error ? { error: fault, taken: 'nothing' as const } : fault;
    if (taken === 'all' || operation === 'write' || operation === 'sync') run(taken);
    if (error) throw error;
  }

  /** The process ends, and nothing else: what was written is there, and what was not synced can still be lost. */
  unmount(): void {
    this.#epoch++;
    this.#locks.clear();
  }

  /** Power fails. Unsynced writes are kept, lost or torn; unsynced names are kept or lost. */
  crash(random: Random): void {
    this.unmount();
    const survivors = new Map(this.#durableNames);
    for (const name of new Set([...this.#names.keys(), ...this.#durableNames.keys()])) {
      if (this.#names.get(name) === this.#durableNames.get(name) || !chance(random, 0.5)) continue;
      const inode = this.#names.get(name);
      if (inode) survivors.set(name, inode);
      else survivors.delete(name);
    }
    for (const inode of new Set(survivors.values())) tear(inode, random);
    this.#durableNames = new Map(survivors);
    this.#moves.clear();
    this.#names = survivors;
  }

  async mkdir(path: string): Promise<void> {
    for (let at = path; at.length > 0 && at !== '/'; at = at.slice(0, at.lastIndexOf('/'))) this.#folders.add(at);
  }

  async list(path: string): Promise<string[]> {
    const names = [...this.#names.keys()].filter((name) => name.startsWith(`${path}/`)).map((name) => name.slice(path.length + 1).split('/')[0]!);
    if (names.length === 0 && !this.#folders.has(path)) throw new DiskError('ENOENT', path, `${path} is not there`);
    return [...new Set(names)].sort();
  }

  async exists(path: string): Promise<boolean> {
    return this.#names.has(path) || this.#folders.has(path) || [...this.#names.keys()].some((name) => name.startsWith(`${path}/`));
  }

  async readFile(path: string): Promise<Uint8Array> {
    const inode = this.#names.get(path);
    if (!inode) throw new DiskError('ENOENT', path, `${path} is not there`);
    return inode.visible.slice();
  }

  async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    let inode = this.#names.get(path);
    if (options?.create) {
      if (inode) throw new DiskError('EEXIST', path, `${path} is there already`);
      const made = newInode();
      this.#strike('create', path, () => this.#names.set(path, made));
      inode = made;
    }
    if (!inode) throw new DiskError('ENOENT', path, `${path} is not there`);
    const epoch = this.#epoch;
    return new SimFile(path, inode, (operation, run) => {
      if (epoch !== this.#epoch) throw new DiskError('EIO', path, `${path} was open when its process ended`);
      this.#strike(operation, path, run);
    });
  }

  /** Folders move with all that is in them. */
  async rename(from: string, to: string): Promise<void> {
    this.#strike('rename', to, () => {
      for (const [name, inode] of [...this.#names]) {
        if (name !== from && !name.startsWith(`${from}/`)) continue;
        this.#names.delete(name);
        this.#names.set(to + name.slice(from.length), inode);
        if (name !== from && this.#durableNames.get(name) === inode) this.#moves.add({ from: name, to: to + name.slice(from.length), inode });
      }
      if (this.#folders.delete(from)) this.#folders.add(to);
    });
  }

  async remove(path: string): Promise<void> {
    this.#strike('remove', path, () => {
      if (!this.#names.delete(path)) throw new DiskError('ENOENT', path, `${path} is not there`);
    });
  }

  /** Makes durable which names there are in the folder, and what folders that were moved in or out of it held for good. */
  async syncDir(path: string): Promise<void> {
    const within = (name: string): boolean => name.startsWith(`${path}/`);
    const direct = (name: string): boolean => within(name) && !name.includes('/', path.length + 1);
    this.#strike('syncDir', path, () => {
      for (const name of [...this.#durableNames.keys()]) if (direct(name) && !this.#names.has(name)) this.#durableNames.delete(name);
      for (const [name, inode] of this.#names) if (direct(name)) this.#durableNames.set(name, inode);
      for (const move of this.#moves) {
        if (!within(move.to)) continue;
        this.#moves.delete(move);
        if (this.#durableNames.get(move.from) === move.inode) this.#durableNames.delete(move.from);
        this.#durableNames.set(move.to, move.inode);
      }
    });
  }

  async lock(path: string): Promise<DiskLock> {
    if (this.#locks.has(path)) throw new DiskError('ELOCKED', path, `${path} is in use`);
    this.#locks.add(path);
    return { release: async () => void this.#locks.delete(path) };
  }
}

/** What is left of the writes that were not synced. */
function tear(inode: Inode, random: Random): void {
  let bytes = inode.resized && chance(random, 0.5) ? resize(inode.durable, inode.visible.length) : inode.durable.slice();
  for (const write of inode.pending) {
    const fate = randomInt(random, 3);
    if (fate === 0) continue;
    if (fate === 1) {
      bytes = overwrite(bytes, write);
      continue;
    }
    for (let at = 0; at < write.data.length; ) {
      const end = Math.min(write.data.length, (Math.floor((write.position + at) / sectorBytes) + 1) * sectorBytes - write.position);
      if (chance(random, 0.5)) bytes = overwrite(bytes, { position: write.position + at, data: write.data.subarray(at, end) });
      at = end;
    }
  }
  inode.durable = bytes;
  inode.visible = bytes.slice();
  inode.pending = [];
  inode.resized = false;
}

class SimFile implements DiskFile {
  readonly path: string;
  readonly #inode: Inode;
  readonly #strike: (operation: DiskOperation, run: (taken: Taken) => void) => void;

  constructor(path: string, inode: Inode, strike: (operation: DiskOperation, run: (taken: Taken) => void) => void) {
    this.path = path;
    this.#inode = inode;
    this.#strike = strike;
  }

  async size(): Promise<number> {
    return this.#inode.visible.length;
  }

  async read(position: number, into: Uint8Array): Promise<number> {
    const bytes = this.#inode.visible.subarray(position, position + into.length);
    into.set(bytes);
    return bytes.length;
  }

  async write(position: number, data: Uint8Array): Promise<void> {
    this.#strike('write', (taken) => {
      if (taken === 'nothing') return;
      const middle = Math.max(0, Math.round((position + data.length / 2) / sectorBytes) * sectorBytes - position);
      const write = { position, data: data.slice(0, taken === 'half' ? middle : data.length) };
      this.#inode.visible = overwrite(this.#inode.visible, write);
      this.#inode.pending.push(write);
    });
  }

  async truncate(size: number): Promise<void> {
    this.#strike('truncate', () => {
      this.#inode.visible = resize(this.#inode.visible, size);
      this.#inode.pending = this.#inode.pending.map((write) => ({ ...write, data: write.data.subarray(0, Math.max(0, size - write.position)) }));
      // A shorter file loses its end for good; whether that reached the platter is decided with the rest.
      if (size < this.#inode.durable.length) this.#inode.durable = this.#inode.durable.slice(0, size);
      this.#inode.resized = true;
    });
  }

  /** One that fails forgets what it did not bring to the platter: readers go on seeing it, and no later sync writes it, as with Linux. */
  async datasync(): Promise<void> {
    this.#strike('sync', (taken) => {
      const inode = this.#inode;
      const brought = taken === 'nothing' ? [] : taken === 'half' ? inode.pending.slice(0, inode.pending.length >>> 1) : inode.pending;
      if (taken === 'all' && inode.durable.length !== inode.visible.length) inode.durable = resize(inode.durable, inode.visible.length);
      for (const write of brought) inode.durable = overwrite(inode.durable, write);
      inode.pending = [];
      inode.resized = false;
    });
  }

  async close(): Promise<void> {}
}
