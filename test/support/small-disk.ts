import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { tempFolder } from './process.ts';

function mount(...args: string[]): string | undefined {
  const { status, stderr, error } = spawnSync('mount', args, { encoding: 'utf8' });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}

/** A file system of its own with a size, in memory; it needs root on Linux. */
export class SmallDisk {
  readonly path: string;
  readonly #folder: { path: string; remove(): void };

  private constructor(folder: { path: string; remove(): void }) {
    this.#folder = folder;
    this.path = `${folder.path}/disk`;
  }

  /** Why there can be none here; undefined: there can. */
  static impossible(): string | undefined {
    try {
      const disk = SmallDisk.make(1);
      disk.remove();
      return undefined;
    } catch (error) {
      return `small disks cannot be mounted: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  static make(megabytes: number): SmallDisk {
    const folder = tempFolder('disk');
    const disk = new SmallDisk(folder);
    mkdirSync(disk.path);
    const failure = mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk.path);
    if (failure !== undefined) {
      folder.remove();
      throw new Error(failure);
    }
    return disk;
  }

  /** With options of `mount`: `size=…m`, `ro`, `rw`. */
  remount(options: string): void {
    const failure = mount('-o', `remount,${options}`, this.path);
    if (failure !== undefined) throw new Error(failure);
  }

  remove(): void {
    // Lazily: a process that is on its way out may still hold files open.
    spawnSync('umount', ['-l', this.path]);
    rmSync(this.#folder.path, { recursive: true, force: true });
  }
}
