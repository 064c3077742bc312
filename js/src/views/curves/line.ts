import type { Curve } from "../../state/curve.ts";
import type { Data } from "../../state/run-store.ts";

/** What the x axis shows: the logged step, the seconds since the study was created, or the run's number. */
export type Abscissa = "step" | "time" | "run";

/**
 * A curve as it is drawn: buckets, each with the x of its end, its extremes and its last value.
 *
 * The arrays are those of the state, which change in place, and are valid up to `length`.
 */
export interface Line {
  readonly run: number;
  readonly length: number;
  /** Values that were logged: more than `length` where buckets hold several. */
  readonly count: number;
  /** Where the first bucket begins. */
  readonly start: number;
  readonly x: Float32Array;
  /** NaN where a bucket has no finite value. */
  readonly low: Float32Array;
  readonly high: Float32Array;
  readonly last: Float32Array;
}

/**
 * Return the lines of all runs that have logged the metric, by number.
 *
 * The line of a curve that has got no value since is the same object as before.
 */
export function linesOf(data: Data, metric: string, abscissa: Abscissa): Line[] {
  const lines: Line[] = [];
  for (let run = 0; run < data.rows.count; run++) {
    const curve = data.curves.get(metric, run);
    if (curve !== undefined && curve.count > 0) lines.push(knownLine(run, curve, abscissa));
  }
  return lines;
}

/** The latest line of each curve, which one abscissa is asked for at a time. */
const known = new WeakMap<Curve, { readonly line: Line; readonly abscissa: Abscissa }>();

function knownLine(run: number, curve: Curve, abscissa: Abscissa): Line {
  const before = known.get(curve);
  if (before?.abscissa === abscissa && before.line.count === curve.count) return before.line;
  const line = lineOf(run, curve, abscissa);
  known.set(curve, { line, abscissa });
  return line;
}

function lineOf(run: number, curve: Curve, abscissa: Abscissa): Line {
  const { count, buckets: length, low, high, last } = curve;
  if (abscissa === "run") {
    return { run, length: 1, count, start: run, x: Float32Array.of(run), low, high, last };
  }
  const x = abscissa === "time" ? curve.time : curve.step;
  const [first = 0, second = first] = x.subarray(0, length);
  // The first bucket is as long as the second one, less what its end already is.
  const start = first - ((second - first) * (curve.width - 1)) / curve.width;
  return { run, length, count, start, x, low, high, last };
}

/** Return the index of the line's last finite value; -1 when it has none. */
export function lastFinite({ last, length }: Line): number {
  for (let i = length - 1; i >= 0; i--) if (!Number.isNaN(last[i])) return i;
  return -1;
}

/** Whether all steps are 1, 2, 3, …: then they only count the intervals. */
export function countsIntervals(lines: readonly Line[]): boolean {
  return lines.every(({ x, length, count, start }) => start === 1 && x[length - 1] === count);
}
