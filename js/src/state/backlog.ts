import type { Message } from "./message.ts";
import { compare, follows, type Position } from "./position.ts";

/** What may wait, in bytes. A snapshot that comes later than that makes up for what was dropped. */
const MOST_BYTES = 16e6;
/** About what a delta takes beside its buffers. */
const DELTA_BYTES = 1000;

/** Deltas that came before the state that they continue, in the order of their numbers. */
export class Backlog {
  #deltas: Message[] = [];
  #bytes = 0;

  get empty(): boolean {
    return this.#deltas.length === 0;
  }

  /** Keep a delta; the oldest ones are dropped when there are too many. */
  add(delta: Message): void {
    const later = this.#deltas.findIndex((waiting) => compare(waiting, delta) > 0);
    this.#deltas.splice(later < 0 ? this.#deltas.length : later, 0, delta);
    this.#bytes += size(delta);
    while (this.#bytes > MOST_BYTES) this.#shift();
  }

  /** Take out the delta that follows `at`, if it is there; those up to `at` are dropped. */
  next(at: Position): Message | undefined {
    for (;;) {
      const [first] = this.#deltas;
      if (first === undefined) return undefined;
      const follower = follows(at, first);
      if (!follower && compare(first, at) > 0) return undefined;
      this.#shift();
      if (follower) return first;
    }
  }

  #shift(): void {
    const first = this.#deltas.shift();
    if (first !== undefined) this.#bytes -= size(first);
  }
}

function size({ rows, curves }: Message): number {
  return DELTA_BYTES + rows.byteLength + curves.byteLength;
}
