import type { Range } from "./frame.ts";
import type { Line } from "./line.ts";
import { orderStatistic } from "./order-statistic.ts";

export interface YRange extends Range {
  /** Lines with a value outside the range. */
  readonly outside: number;
}

/** A robust range shows the values but for this share of them at each end. */
const TAIL = 0.01;
/** An end is only cut where that gains so much, as a share of the span that remains. */
const GAIN = 0.3;
const PADDING = 0.04;
/** The span is divided into so many steps, roughly, and the ends lie on one: they rarely move while values come. */
const STEPS = 40;

/**
 * Return the range of values to show of lines, with some space around.
 *
 * @param window only what lies in this range of x counts.
 * @param full whether it holds every value, also the few that lie far out.
 * @param log whether the axis is logarithmic; then all values must be positive.
 */
export function yRange(
  lines: readonly Line[],
  window: Range,
  { full, log }: { readonly full: boolean; readonly log: boolean },
): YRange {
  const place = log ? Math.log10 : (value: number) => value;
  const value = log ? (exponent: number) => 10 ** exponent : (placed: number) => placed;
  const values = valuesOf(lines, window);
  if (values.length === 0) return { low: log ? 0.1 : 0, high: 1, outside: 0 };
  const tail = Math.floor(TAIL * values.length);
  // In this order: it is in place, and the second search finds the array half sorted.
  const robustLow = place(orderStatistic(values, tail));
  const robustHigh = place(orderStatistic(values, values.length - 1 - tail));
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const each of values) {
    low = Math.min(low, each);
    high = Math.max(high, each);
  }
  low = place(low);
  high = place(high);
  if (!full) {
    const gain = GAIN * (robustHigh - robustLow);
    if (robustLow - low > gain) low = robustLow;
    if (high - robustHigh > gain) high = robustHigh;
  }
  const [bottom, top] = padded(low, high, log).map(value) as [number, number];
  return { low: bottom, high: top, outside: countOutside(lines, window, bottom, top) };
}

/** Whether a logarithmic axis can show the lines. */
export function isPositive(lines: readonly Line[]): boolean {
  return lines.every(({ low, length }) => {
    for (let i = 0; i < length; i++) if ((low[i] ?? 0) <= 0) return false;
    return true;
  });
}

function padded(low: number, high: number, log: boolean): [number, number] {
  if (low === high) {
    const space = log ? 0.3 : Math.abs(low) * 0.1 || 1;
    return [low - space, high + space];
  }
  const space = PADDING * (high - low);
  const step = 10 ** Math.floor(Math.log10((high - low) / STEPS));
  const bottom = Math.floor((low - space) / step) * step;
  const top = Math.ceil((high + space) / step) * step;
  // An accuracy does not look as if it could be negative.
  return [!log && low >= 0 ? Math.max(bottom, 0) : bottom, top];
}

/** The extremes of all buckets in the window, those of single values once. */
function valuesOf(lines: readonly Line[], window: Range): Float32Array {
  const room = lines.reduce((sum, { length }) => sum + 2 * length, 0);
  const values = new Float32Array(room);
  let count = 0;
  for (const { x, low, high, length } of lines) {
    for (let i = 0; i < length; i++) {
      const at = x[i] ?? Number.NaN;
      const [least, most] = [low[i] ?? Number.NaN, high[i] ?? Number.NaN];
      if (!(at >= window.low && at <= window.high) || Number.isNaN(least)) continue;
      values[count++] = least;
      if (most > least) values[count++] = most;
    }
  }
  return values.subarray(0, count);
}

function countOutside(lines: readonly Line[], window: Range, bottom: number, top: number): number {
  let outside = 0;
  for (const { x, low, high, length } of lines) {
    for (let i = 0; i < length; i++) {
      const at = x[i] ?? Number.NaN;
      if (!(at >= window.low && at <= window.high)) continue;
      if ((low[i] ?? bottom) < bottom || (high[i] ?? top) > top) {
        outside += 1;
        break;
      }
    }
  }
  return outside;
}
