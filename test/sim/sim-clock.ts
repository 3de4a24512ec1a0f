import type { Disposable } from '../../core/base/dispose.ts';
import type { Clock } from '../../core/ports/clock.ts';

interface Event {
  atMs: number;
  order: number;
  run: () => void;
}

/** The world's time: events in order of their time, and of their making where the time is equal. */
export class Timeline {
  nowMs = 0;
  events = 0;
  #heap: Event[] = [];
  #order = 0;

  at(atMs: number, run: () => void): Disposable {
    const event: Event = { atMs: Math.max(atMs, this.nowMs), order: this.#order++, run };
    this.#push(event);
    return {
      dispose: () => {
        event.run = () => {};
      },
    };
  }

  /** Takes the next event out and runs it; false when there is none up to `untilMs`. */
  step(untilMs: number): boolean {
    const next = this.#heap[0];
    if (!next || next.atMs > untilMs) {
      this.nowMs = Math.max(this.nowMs, untilMs);
      return false;
    }
    this.#pop();
    this.nowMs = next.atMs;
    this.events++;
    next.run();
    return true;
  }

  static #before(a: Event, b: Event): boolean {
    return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!Timeline.#before(event, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && Timeline.#before(heap[child + 1]!, heap[child]!)) child++;
      if (!Timeline.#before(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

/** One member's clock: it may run a little fast or slow, stands still while its process does, and dies with its member. */
export class SimClock implements Clock {
  readonly #timeline: Timeline;
  readonly #rate: number;
  #dead = false;
  #heldUntilMs = 0;

  constructor(timeline: Timeline, rate: number) {
    this.#timeline = timeline;
    this.#rate = rate;
  }

  nowMs(): number {
    return this.#timeline.nowMs * this.#rate;
  }

  wallMs(): number {
    return 1_700_000_000_000 + this.#timeline.nowMs;
  }

  after(delayMs: number, run: () => void): Disposable {
    return this.#at(this.#timeline.nowMs + delayMs / this.#rate, run);
  }

  #at(atMs: number, run: () => void): Disposable {
    let next: Disposable = this.#timeline.at(atMs, () => {
      if (this.#dead) return;
      if (this.#timeline.nowMs < this.#heldUntilMs) next = this.#at(this.#heldUntilMs, run);
      else run();
    });
    return { dispose: () => next.dispose() };
  }

  /** The process is stopped until then, as by SIGSTOP: what falls due meanwhile runs afterwards. */
  hold(untilMs: number): void {
    this.#heldUntilMs = Math.max(this.#heldUntilMs, untilMs);
  }

  every(periodMs: number, run: () => void): Disposable {
    let stopped = false;
    let next: Disposable;
    const arm = (): void => {
      next = this.after(periodMs, () => {
        if (stopped) return;
        arm();
        run();
      });
    };
    arm();
    return {
      dispose: () => {
        stopped = true;
        next.dispose();
      },
    };
  }

  soon(run: () => void): void {
    this.after(0, run);
  }

  kill(): void {
    this.#dead = true;
  }
}
