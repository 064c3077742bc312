import { Curve } from "./curve.ts";
import type { Study } from "./study.ts";

/** Bytes of a curve's head and of a point; the layouts are those of hdwidget/widget/wire.py. */
const HEAD_BYTES = 32;
const POINT_BYTES = 24;

/** The flag of a curve that brings a column of steps; else they are evenly spaced. */
const STEPS = 1;

/** The curves of a study, by metric and run. */
export class Curves {
  /** The metrics that have curves, after the primary one, which is there before it is logged. */
  metrics: readonly string[];
  readonly #study: Study;
  readonly #curves: (Curve | undefined)[][] = [];

  constructor(study: Study) {
    this.#study = study;
    this.metrics = [study.metric];
  }

  /** Return the curve of a run; undefined while it has logged nothing of the metric. */
  get(metric: string, run: number): Curve | undefined {
    return this.#curves[this.metrics.indexOf(metric)]?.[run];
  }

  /**
   * Look at a list of metrics before it is taken: metrics are known by their places in it.
   *
   * @throws RangeError when it does not go on where the present one ends.
   */
  checkMetrics(metrics: readonly string[]): void {
    if (this.metrics.every((metric, index) => metrics[index] === metric)) return;
    throw new RangeError(
      `The metrics must begin with ${this.metrics.join(", ")}, but got ${metrics.join(", ")}.`,
    );
  }

  /**
   * Take whole curves as the kernel packs them.
   *
   * @param runs how many runs there are.
   * @throws RangeError when the bytes end in the middle of a curve, or a curve cannot be.
   */
  unpackCurves(bytes: DataView, runs: number): void {
    let at = 0;
    while (at < bytes.byteLength) {
      if (at + HEAD_BYTES > bytes.byteLength) throw cut(bytes);
      const run = bytes.getUint32(at, true);
      const metric = bytes.getUint16(at + 4, true);
      const flags = bytes.getUint16(at + 6, true);
      const width = bytes.getUint32(at + 8, true);
      const count = bytes.getUint32(at + 12, true);
      const first = bytes.getFloat64(at + 16, true);
      const stride = bytes.getFloat64(at + 24, true);
      at += HEAD_BYTES;
      this.#checkPlace(metric, this.metrics.length, run, runs);
      const buckets = Math.ceil(count / width);
      if (!isPowerOfTwo(width) || buckets > this.#capacity(metric)) {
        throw new RangeError(
          `A curve must have at most ${this.#capacity(metric)} buckets whose width is a power of two, ` +
            `but ${count} points came in buckets of ${width}.`,
        );
      }
      const hasSteps = (flags & STEPS) !== 0;
      const columns = (width === 1 ? 2 : 4) + (hasSteps ? 1 : 0);
      if (at + 4 * buckets * columns > bytes.byteLength) throw cut(bytes);
      const column = (): Float32Array => {
        const from = bytes.byteOffset + at;
        at += 4 * buckets;
        // A copy begins where it is aligned; browsers run on little-endian processors only.
        return new Float32Array(bytes.buffer.slice(from, from + 4 * buckets));
      };
      const last = column();
      const low = width === 1 ? last.slice() : column();
      const high = width === 1 ? last.slice() : column();
      const time = column();
      const step = hasSteps ? column() : steps(buckets, width, count, first, stride);
      this.#at(metric, run).fill(width, count, { low, high, last, step, time });
    }
  }

  /**
   * Look at points before they are taken, so that they are taken all or none.
   *
   * @param metrics how many metrics there will be, and `runs` how many runs.
   * @throws RangeError when the bytes are no whole number of points, a point's metric or run is not
   *   known, or a point before it is missing.
   */
  checkPoints(bytes: DataView, metrics: number, runs: number): void {
    if (bytes.byteLength % POINT_BYTES !== 0) {
      throw new RangeError(
        `Points must come in ${POINT_BYTES} bytes each, but ${bytes.byteLength} bytes came.`,
      );
    }
    const counts = new Map<number, number>();
    for (let at = 0; at < bytes.byteLength; at += POINT_BYTES) {
      const run = bytes.getUint32(at, true);
      const metric = bytes.getUint32(at + 4, true);
      const seq = bytes.getUint32(at + 8, true);
      this.#checkPlace(metric, metrics, run, runs);
      const curve = run * metrics + metric;
      const count = counts.get(curve) ?? this.#curves[metric]?.[run]?.count ?? 0;
      if (seq > count) throw new RangeError(`Point ${seq} came after ${count} points.`);
      if (seq === count) counts.set(curve, count + 1);
    }
  }

  /**
   * Take single points as the kernel packs them, each curve's in order, that have been checked; those
   * that are there already are left alone.
   */
  unpackPoints(bytes: DataView): void {
    for (let at = 0; at < bytes.byteLength; at += POINT_BYTES) {
      const curve = this.#at(bytes.getUint32(at + 4, true), bytes.getUint32(at, true));
      if (bytes.getUint32(at + 8, true) < curve.count) continue;
      curve.append(
        bytes.getFloat32(at + 20, true),
        bytes.getFloat32(at + 12, true),
        bytes.getFloat32(at + 16, true),
      );
    }
  }

  #checkPlace(metric: number, metrics: number, run: number, runs: number): void {
    if (metric < metrics && run < runs) return;
    throw new RangeError(
      `Values must be of one of ${metrics} metrics and ${runs} runs, but got metric ${metric} of run ${run}.`,
    );
  }

  #capacity(metric: number): number {
    const { primary, other } = this.#study.buckets;
    return metric === 0 ? primary : other;
  }

  #at(metric: number, run: number): Curve {
    const runs = this.#curves[metric] ?? [];
    this.#curves[metric] = runs;
    const curve = runs[run] ?? new Curve(this.#capacity(metric));
    runs[run] = curve;
    return curve;
  }
}

function isPowerOfTwo(width: number): boolean {
  return width > 0 && (width & (width - 1)) === 0;
}

function cut(bytes: DataView): RangeError {
  return new RangeError(`Curves must be whole, but one ends after ${bytes.byteLength} bytes.`);
}

/** The steps at the ends of buckets where steps are evenly spaced. */
function steps(
  buckets: number,
  width: number,
  count: number,
  first: number,
  stride: number,
): Float32Array {
  const ends = new Float32Array(buckets);
  for (let bucket = 0; bucket < buckets; bucket++) {
    ends[bucket] = first + stride * (Math.min((bucket + 1) * width, count) - 1);
  }
  return ends;
}
