import type { Study } from "./study.ts";

/** Bytes of a row before its parameters; the layout is that of hdwidget/widget/wire.py. */
const HEAD_BYTES = 64;

/**
 * The runs of a study as columns: run number `n` is at index `n` of each.
 *
 * Arrays are replaced when they grow: take them anew from here after each change.
 */
export class Rows {
  /** How many runs there are. */
  count = 0;
  /** Indices into the study's `standings` and `reasons`. */
  standing = new Uint8Array(0);
  reason = new Uint8Array(0);
  /** Values of the primary metric that were logged. */
  intervals = new Uint32Array(0);
  /** UTC epoch seconds; NaN where it has not happened. */
  created = new Float64Array(0);
  started = new Float64Array(0);
  ended = new Float64Array(0);
  /** Of the primary metric: the run's best value and its last, NaN without one; the last step. */
  best = new Float64Array(0);
  last = new Float64Array(0);
  step = new Float64Array(0);
  /** A column for each dimension of the space: its value, or the index of its option; NaN where it is not part of the run's configuration. */
  params: Float64Array[];
  /** Why a run ended as it did, in words, by number: what its policy said, or its error. */
  readonly notes = new Map<number, string>();

  constructor(dimensions: number) {
    this.params = Array.from({ length: dimensions }, () => new Float64Array(0));
  }

  /**
   * Look at rows before they are taken, so that they are taken all or none.
   *
   * @returns how many runs there will be with them.
   * @throws RangeError when the bytes are no whole number of rows, a row's codes stand for nothing, or
   *   a run before one of these is missing.
   */
  check(bytes: DataView, { standings, reasons }: Study): number {
    const size = this.#size;
    if (bytes.byteLength % size !== 0) {
      throw new RangeError(
        `Rows must come in ${size} bytes each, but ${bytes.byteLength} bytes came.`,
      );
    }
    const added = new Set<number>();
    let count = this.count;
    for (let at = 0; at < bytes.byteLength; at += size) {
      const row = bytes.getUint32(at, true);
      const [standing, reason] = [bytes.getUint16(at + 4, true), bytes.getUint16(at + 6, true)];
      if (standing >= standings.length || reason >= reasons.length) {
        throw new RangeError(
          `Run ${row} must have one of ${standings.length} standings and ${reasons.length} reasons, ` +
            `but got number ${standing} and ${reason}.`,
        );
      }
      if (row < this.count) continue;
      added.add(row);
      count = Math.max(count, row + 1);
    }
    if (this.count + added.size === count) return count;
    throw new RangeError(
      `Runs must come without a gap, but ${added.size} after ${this.count} reach up to number ${count - 1}.`,
    );
  }

  /** Take rows as the kernel packs them, new ones and changed ones, that have been checked. */
  unpack(bytes: DataView): void {
    const size = this.#size;
    for (let at = 0; at < bytes.byteLength; at += size) {
      const row = bytes.getUint32(at, true);
      if (row >= this.count) this.#grow(row + 1);
      this.standing[row] = bytes.getUint16(at + 4, true);
      this.reason[row] = bytes.getUint16(at + 6, true);
      this.intervals[row] = bytes.getUint32(at + 8, true);
      this.created[row] = bytes.getFloat64(at + 16, true);
      this.started[row] = bytes.getFloat64(at + 24, true);
      this.ended[row] = bytes.getFloat64(at + 32, true);
      this.best[row] = bytes.getFloat64(at + 40, true);
      this.last[row] = bytes.getFloat64(at + 48, true);
      this.step[row] = bytes.getFloat64(at + 56, true);
      this.params.forEach((column, dimension) => {
        column[row] = bytes.getFloat64(at + HEAD_BYTES + 8 * dimension, true);
      });
    }
  }

  /** Bytes of a row. */
  get #size(): number {
    return HEAD_BYTES + 8 * this.params.length;
  }

  #grow(count: number): void {
    if (count > this.standing.length) {
      const length = Math.max(count, 2 * this.standing.length, 16);
      this.standing = longer(this.standing, new Uint8Array(length));
      this.reason = longer(this.reason, new Uint8Array(length));
      this.intervals = longer(this.intervals, new Uint32Array(length));
      this.created = longer(this.created, new Float64Array(length));
      this.started = longer(this.started, new Float64Array(length));
      this.ended = longer(this.ended, new Float64Array(length));
      this.best = longer(this.best, new Float64Array(length));
      this.last = longer(this.last, new Float64Array(length));
      this.step = longer(this.step, new Float64Array(length));
      this.params = this.params.map((column) => longer(column, new Float64Array(length)));
    }
    this.count = count;
  }
}

function longer<T extends Uint8Array | Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** The id of a run, as the kernel knows it. */
export function runId(study: Study, run: number): string {
  return study.single ? study.run : `${study.run}_${run}`;
}

/** The number of the run with this id; null when it is not one of the study's. */
export function runNumber(study: Study, id: string): number | null {
  if (study.single) return id === study.run ? 0 : null;
  const prefix = `${study.run}_`;
  const number = id.slice(prefix.length);
  return id.startsWith(prefix) && /^\d+$/.test(number) ? Number(number) : null;
}
