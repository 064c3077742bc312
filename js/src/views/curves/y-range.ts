import { extremesOf, extremesWithin, partWithin } from "./extremes.ts";
import type { Range } from "./frame.ts";
import type { Line } from "./line.ts";
import { orderStatistic } from "./order-statistic.ts";

export interface YRange extends Range {
  /** Whether there is nothing to show: no finite value. */
  readonly empty: boolean;
  /** Lines with a value outside the range. */
  readonly outside: number;
}

interface Look {
  readonly full: boolean;
  readonly log: boolean;
  readonly better?: "low" | "high" | null;
}

/** A robust range shows the values but for this share of them at each end. */
const TAIL = 0.01;
/**
 * Where one end is the better one, all of that is shown, and of the other no more than the span of all
 * values but this share of them, once again: a few diverging runs must not flatten the others.
 */
const WORST = 0.05;
/** An end is only cut where that gains so much, as a share of the span that remains. */
const GAIN = 0.3;
const PADDING = 0.04;
/** Of more buckets than these, some stand for all in finding the tails: the extremes are always exact. */
const SAMPLE = 20_000;
/** The span is divided into so many steps, roughly, and the ends lie on one: they rarely move while values come. */
const STEPS = 40;

/**
 * Return the range of values to show of lines, with some space around.
 *
 * @param window only what lies in this range of x counts.
 * @param full whether it holds every value, also the few that lie far out.
 * @param log whether the axis is logarithmic; then all values must be positive.
 * @param better which end is the better one, if one is.
 */
export function yRange(
  lines: readonly Line[],
  window: Range,
  { full, log, better = null }: Look,
): YRange {
  const place = log ? Math.log10 : (value: number) => value;
  const value = log ? (exponent: number) => 10 ** exponent : (placed: number) => placed;
  const extremes = lines
    .map((line) => extremesWithin(line, window))
    .filter((each) => !Number.isNaN(each.low));
  if (extremes.length === 0) return { low: log ? 0.1 : 0, high: 1, outside: 0, empty: true };
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const each of extremes) {
    low = Math.min(low, each.low);
    high = Math.max(high, each.high);
  }
  low = place(low);
  high = place(high);
  if (!full) {
    const values = sampleOf(lines, window);
    const tail = Math.floor(TAIL * values.length);
    // In this order: it is in place, and the second search finds the array half sorted.
    const robustLow = place(orderStatistic(values, tail));
    const robustHigh = place(orderStatistic(values, values.length - 1 - tail));
    const few = Math.floor(WORST * values.length);
    const worst = better === "high" ? few : values.length - 1 - few;
    const most = place(orderStatistic(values, worst));
    const floor = better === "high" ? Math.max(robustLow, 2 * most - high) : robustLow;
    const ceiling = better === "low" ? Math.min(robustHigh, 2 * most - low) : robustHigh;
    const gain = GAIN * (ceiling - floor);
    if (better !== "low" && floor - low > gain) low = floor;
    if (better !== "high" && high - ceiling > gain) high = ceiling;
  }
  const [bottom, top] = padded(low, high, log).map(value) as [number, number];
  const outside = extremes.filter((each) => each.low < bottom || each.high > top).length;
  return { low: bottom, high: top, outside, empty: false };
}

/** Whether a logarithmic axis can show the lines. */
export function isPositive(lines: readonly Line[]): boolean {
  return lines.every((line) => !(extremesOf(line).low <= 0));
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

/**
 * The extremes of buckets in the window, those of single values once: of all of them, or of every
 * `stride`-th one where they are many.
 */
function sampleOf(lines: readonly Line[], window: Range): Float32Array {
  const parts = lines.map((line) => ({ line, ...partWithin(line, window) }));
  const count = parts.reduce((sum, { from, to }) => sum + to - from, 0);
  // Odd, and begun elsewhere in each line: what recurs every 10 or 16 steps is met as often as it is.
  const stride = Math.floor(count / SAMPLE / 2) * 2 + 1;
  const values = new Float32Array(2 * (Math.ceil(count / stride) + lines.length));
  let filled = 0;
  parts.forEach(({ line, from, to }, index) => {
    const { x, low, high } = line;
    for (let i = from + (index % stride); i < to; i += stride) {
      const at = x[i] ?? Number.NaN;
      const [least, most] = [low[i] ?? Number.NaN, high[i] ?? Number.NaN];
      if (!(at >= window.low && at <= window.high) || Number.isNaN(least)) continue;
      values[filled++] = least;
      if (most > least) values[filled++] = most;
    }
  });
  return values.subarray(0, filled);
}
