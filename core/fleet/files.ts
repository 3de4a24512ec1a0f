import { dirname } from 'node:path';
import { open } from 'node:fs/promises';
import { nodeDisk } from '../node/node-disk.ts';

/** Makes a folder and its missing parents, durably, for this user alone. Rejects with DiskError. */
export const makeFolder = (path: string): Promise<void> => nodeDisk.mkdir(path);

/** Gives a file that is on disk its name, durably. Rejects with DiskError. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await nodeDisk.rename(from, to);
  await nodeDisk.syncDir(dirname(to));
}

/** The file is replaced whole or not at all, and durably. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await renameDurably(temporary, path);
}
