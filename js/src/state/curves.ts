import { Curve } from "./curve.ts";
import type { Study } from "./study.ts";

/** Bytes of a curve's head and of a point; the layouts are those of hdwidget/widget/wire.py. */
const HEAD_BYTES = 32;
const POINT_BYTES = 24;

/** The flag of a curve that brings a column of steps; else they are evenly spaced. */
const STEPS = 1;

/** The curves of a study, by metric and run. */
export class Curves {
  /** What has been logged, the primary metric first. */
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
   * Take whole curves as the kernel packs them.
   *
   * @throws RangeError when the bytes end in the middle of a curve.
   */
  unpackCurves(bytes: DataView): void {
    let at = 0;
    while (at < bytes.byteLength) {
      const run = bytes.getUint32(at, true);
      const metric = bytes.getUint16(at + 4, true);
      const flags = bytes.getUint16(at + 6, true);
      const width = bytes.getUint32(at + 8, true);
      const count = bytes.getUint32(at + 12, true);
      const first = bytes.getFloat64(at + 16, true);
      const stride = bytes.getFloat64(at + 24, true);
      at += HEAD_BYTES;
      const buckets = Math.ceil(count / width);
      const column = (): Float32Array => {
        const values = new Float32Array(buckets);
        for (let i = 0; i < buckets; i++) values[i] = bytes.getFloat32(at + 4 * i, true);
        at += 4 * buckets;
        return values;
      };
      const last = column();
      const low = width === 1 ? last.slice() : column();
      const high = width === 1 ? last.slice() : column();
      const time = column();
      const step = flags & STEPS ? column() : steps(buckets, width, count, first, stride);
      this.#at(metric, run).fill(width, count, { low, high, last, step, time });
    }
  }

  /**
   * Take single points as the kernel packs them, each curve's in order; those that are there already
   * are left alone.
   *
   * @throws RangeError when the bytes are no whole number of points, or a point is missing.
   */
  unpackPoints(bytes: DataView): void {
    if (bytes.byteLength % POINT_BYTES !== 0) {
      throw new RangeError(
        `Points must come in ${POINT_BYTES} bytes each, but ${bytes.byteLength} bytes came.`,
      );
    }
    for (let at = 0; at < bytes.byteLength; at += POINT_BYTES) {
      const curve = this.#at(bytes.getUint16(at + 4, true), bytes.getUint32(at, true));
      const seq = bytes.getUint32(at + 8, true);
      if (seq > curve.count) throw new RangeError(`Point ${seq} came after ${curve.count} points.`);
      if (seq < curve.count) continue;
      curve.append(
        bytes.getFloat32(at + 20, true),
        bytes.getFloat32(at + 12, true),
        bytes.getFloat32(at + 16, true),
      );
    }
  }

  #at(metric: number, run: number): Curve {
    const runs = this.#curves[metric] ?? [];
    this.#curves[metric] = runs;
    const { primary, other } = this.#study.buckets;
    const curve = runs[run] ?? new Curve(metric === 0 ? primary : other);
    runs[run] = curve;
    return curve;
  }
}

/** The steps at the ends of buckets where steps are evenly spaced. */
function steps(
  buckets: number,
  width: number,
  count: number,
  first: number,
  stride: number,
): Float32Array {
  return Float32Array.from(
    { length: buckets },
    (_, bucket) => first + stride * (Math.min((bucket + 1) * width, count) - 1),
  );
}
