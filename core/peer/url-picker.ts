/** Which of a peer's URLs is used: one after the other, as they fail. */
export class UrlPicker {
  #urls: readonly string[];
  #index = 0;

  constructor(urls: readonly string[]) {
    this.#urls = urls;
  }

  get all(): readonly string[] {
    return this.#urls;
  }

  /** False when nothing changes. */
  update(urls: readonly string[]): boolean {
    if (urls.join() === this.#urls.join()) return false;
    this.#urls = urls;
    this.#index = 0;
    return true;
  }

  /** Empty when there is none. */
  pick(): string {
    return this.#urls[this.#index] ?? '';
  }

  /** Moves on, unless another request has moved on already. */
  unreachable(url: string): void {
    if (this.#urls.length > 0 && url === this.pick()) this.#index = (this.#index + 1) % this.#urls.length;
  }
}
