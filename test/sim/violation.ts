/** A rule of Raft was broken; the seed repeats it. */
export class Violation extends Error {
  override readonly name = 'Violation';
}
