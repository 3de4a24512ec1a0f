/**
 * bbolt's file format. Every number is little-endian. Source: bbolt `internal/common/page.go`, `meta.go`, `bucket.go`, and
 * the database files of etcd 3.4.
 */
export const magic = 0xed0cdaed;
export const version = 2;
export const defaultPageSize = 4096;
export const minPageSize = 1024;
export const maxPageSize = 32 * 1024 * 1024;

export const pageHeaderBytes = 16;
export const elementBytes = 16;
/** Root page and sequence: what a bucket's element begins with. */
export const bucketHeaderBytes = 16;
export const metaBytes = 64;
export const maxKeyBytes = 32_768;
export const maxValueBytes = 2 ** 31 - 2;
/** Elements that one page may have: the next value stands for something else in a freelist, and is not used. */
export const maxElements = 0xfffe;

export const PageFlag = { branch: 1, leaf: 2, meta: 4, freelist: 16 } as const;
/** Flag of a leaf element whose value is a bucket. */
export const bucketElement = 1;

/** A file that is not, or is no longer, a database; the message names the page and the byte. */
export class BoltError extends Error {
  override readonly name = 'BoltError';
}

export interface Meta {
  pageSize: number;
  rootPage: number;
  /** Undefined: the freelist is not stored, and follows from what is reachable. */
  freelistPage: number | undefined;
  /** Pages from here on are not in use. */
  highWater: number;
  transaction: number;
}

const noFreelist = 0xffff_ffff_ffff_ffffn;

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

export function setUint64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true);
  view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true);
}

/** Undefined: the number is not exact. */
export function getUint64(view: DataView, at: number): number | undefined {
  const value = view.getUint32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** FNV-1a, 64 bits. */
export function fnv1a64(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}

export interface PageHeader {
  id: number;
  flags: number;
  /** Elements. */
  count: number;
  /** Further pages that belong to this one. */
  overflow: number;
}

export function writePageHeader(view: DataView, at: number, { id, flags, count, overflow }: PageHeader): void {
  setUint64(view, at, id);
  view.setUint16(at + 8, flags, true);
  view.setUint16(at + 10, count, true);
  view.setUint32(at + 12, overflow, true);
}

/** A meta page without its header. */
export function encodeMeta(meta: Meta): Uint8Array {
  const out = new Uint8Array(metaBytes);
  const view = viewOf(out);
  view.setUint32(0, magic, true);
  view.setUint32(4, version, true);
  view.setUint32(8, meta.pageSize, true);
  setUint64(view, 16, meta.rootPage);
  if (meta.freelistPage === undefined) view.setBigUint64(32, noFreelist, true);
  else setUint64(view, 32, meta.freelistPage);
  setUint64(view, 40, meta.highWater);
  setUint64(view, 48, meta.transaction);
  view.setBigUint64(56, fnv1a64(out.subarray(0, 56)), true);
  return out;
}

/** Reads what follows a meta page's header; a string says why it is none. */
export function decodeMeta(bytes: Uint8Array): Meta | string {
  if (bytes.length < metaBytes) return 'it is cut off';
  const view = viewOf(bytes);
  if (view.getUint32(0, true) !== magic) return 'it has not the mark of a database';
  if (view.getUint32(4, true) !== version) return `its version is ${view.getUint32(4, true)}, and ${version} is known`;
  if (view.getBigUint64(56, true) !== fnv1a64(bytes.subarray(0, 56))) return 'its checksum is wrong';
  const pageSize = view.getUint32(8, true);
  if (pageSize < minPageSize || pageSize > maxPageSize || (pageSize & (pageSize - 1)) !== 0) return `its page size is ${pageSize}`;
  const rootPage = getUint64(view, 16);
  const freelist = view.getBigUint64(32, true);
  const freelistPage = freelist === noFreelist ? undefined : getUint64(view, 32);
  const highWater = getUint64(view, 40);
  const transaction = getUint64(view, 48);
  if (rootPage === undefined || highWater === undefined || transaction === undefined || (freelist !== noFreelist && freelistPage === undefined)) {
    return 'it has a number beyond 2^53';
  }
  return { pageSize, rootPage, freelistPage, highWater, transaction };
}
