/** The log cannot be read or written; the message names the file and the place. */
export class WalError extends Error {
  override readonly name = 'WalError';
}
