/**
 * One metric of one run, in a bounded number of buckets of equal width.
 *
 * Value number `seq` falls into bucket `floor(seq / width)`. Before there are more buckets than
 * `capacity`, they are merged in pairs and the width doubles. The kernel does the very same
 * (hdwidget/widget/buckets.py), so that a curve is the same however it came: as a snapshot, point by
 * point, or first the one and then the other.
 */
export class Curve {
  /** Values in a bucket, a power of two: 1 means that every value is there. */
  width = 1;
  /** Values logged so far. */
  count = 0;
  /** The extremes of each bucket, NaN where it has no finite value; valid up to `buckets`. */
  low: Float32Array;
  high: Float32Array;
  /** The last value of each bucket, NaN where that is not finite, its step and its time. */
  last: Float32Array;
  step: Float32Array;
  /** Seconds since the study was created. */
  time: Float32Array;
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.low = new Float32Array(FIRST);
    this.high = new Float32Array(FIRST);
    this.last = new Float32Array(FIRST);
    this.step = new Float32Array(FIRST);
    this.time = new Float32Array(FIRST);
  }

  /** How many buckets there are. */
  get buckets(): number {
    return Math.ceil(this.count / this.width);
  }

  append(value: number, step: number, time: number): void {
    if (Math.floor(this.count / this.width) >= this.#capacity) this.#merge();
    const bucket = Math.floor(this.count / this.width);
    if (bucket >= this.last.length)
      this.#resize(Math.min(Math.max(2 * bucket, FIRST), this.#capacity));
    const shown = finite(value);
    if (this.count % this.width === 0) {
      this.low[bucket] = shown;
      this.high[bucket] = shown;
    } else {
      this.low[bucket] = least(this.low[bucket] ?? Number.NaN, shown);
      this.high[bucket] = most(this.high[bucket] ?? Number.NaN, shown);
    }
    this.last[bucket] = shown;
    this.step[bucket] = step;
    this.time[bucket] = time;
    this.count += 1;
  }

  /** Take over a whole curve; the arrays are kept, not copied. */
  fill(
    width: number,
    count: number,
    columns: Pick<Curve, "low" | "high" | "last" | "step" | "time">,
  ): void {
    this.width = width;
    this.count = count;
    Object.assign(this, columns);
  }

  #merge(): void {
    const merged = this.buckets / 2; // full, and the capacity is even
    for (let i = 0; i < merged; i++) {
      const [a, b] = [2 * i, 2 * i + 1];
      this.low[i] = least(this.low[a] ?? Number.NaN, this.low[b] ?? Number.NaN);
      this.high[i] = most(this.high[a] ?? Number.NaN, this.high[b] ?? Number.NaN);
      for (const column of [this.last, this.step, this.time]) column[i] = column[b] ?? Number.NaN;
    }
    this.width *= 2;
  }

  #resize(length: number): void {
    const grown = (column: Float32Array): Float32Array => {
      const longer = new Float32Array(length);
      longer.set(column);
      return longer;
    };
    this.low = grown(this.low);
    this.high = grown(this.high);
    this.last = grown(this.last);
    this.step = grown(this.step);
    this.time = grown(this.time);
  }
}

const FIRST = 8;

/** Return the value if a chart can place it, as a single-precision number, else NaN. */
function finite(value: number): number {
  const rounded = Math.fround(value);
  return Number.isFinite(rounded) ? rounded + 0 : Number.NaN; // -0 is 0, as in the kernel
}

function least(a: number, b: number): number {
  return Number.isNaN(a) ? b : b < a ? b : a;
}

function most(a: number, b: number): number {
  return Number.isNaN(a) ? b : b > a ? b : a;
}
