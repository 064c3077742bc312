import type { Range } from "./frame.ts";
import type { Line } from "./line.ts";

/** What a whole line spans. */
export interface Extremes {
  /** Of the values; NaN without a finite one. */
  readonly low: number;
  readonly high: number;
  /** Of the ends of the buckets. */
  readonly x: Range;
  /** Whether each of those is a whole number. */
  readonly whole: boolean;
}

const known = new WeakMap<Line, Extremes>();

/**
 * Return what a line spans, which is looked for once.
 *
 * A live update changes a few lines of a thousand, and the others remain the same objects.
 */
export function extremesOf(line: Line): Extremes {
  const before = known.get(line);
  if (before !== undefined) return before;
  const found = findExtremes(line);
  known.set(line, found);
  return found;
}

/** Return the lowest and the highest value whose buckets end in a range of x; NaN without a finite one. */
export function extremesWithin(line: Line, window: Range): { low: number; high: number } {
  const all = extremesOf(line);
  if (covers(window, all.x)) return all;
  const { from, to } = partWithin(line, window);
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = from; i < to; i++) {
    if (!isWithin(line.x[i], window)) continue;
    const [bottom, top] = [line.low[i] ?? Number.NaN, line.high[i] ?? Number.NaN];
    if (bottom < least) least = bottom;
    if (top > most) most = top;
  }
  return least <= most ? { low: least, high: most } : NOTHING;
}

/** Return the part of a line outside which no bucket ends in a range of x: from an index, and up to another. */
export function partWithin(line: Line, window: Range): { from: number; to: number } {
  let [from, to] = [0, line.length];
  if (covers(window, extremesOf(line).x)) return { from, to };
  while (from < to && !isWithin(line.x[from], window)) from += 1;
  while (from < to && !isWithin(line.x[to - 1], window)) to -= 1;
  return { from, to };
}

function covers(window: Range, x: Range): boolean {
  return x.low >= window.low && x.high <= window.high;
}

function isWithin(x: number | undefined, { low, high }: Range): boolean {
  return x !== undefined && x >= low && x <= high;
}

const NOTHING = { low: Number.NaN, high: Number.NaN };

function findExtremes(line: Line): Extremes {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let whole = true;
  for (let i = 0; i < line.length; i++) {
    const at = line.x[i] ?? Number.NaN;
    const [bottom, top] = [line.low[i] ?? Number.NaN, line.high[i] ?? Number.NaN];
    if (at < first) first = at;
    if (at > last) last = at;
    if (bottom < least) least = bottom;
    if (top > most) most = top;
    whole &&= Number.isInteger(at);
  }
  const values = least <= most ? { low: least, high: most } : NOTHING;
  return { ...values, x: { low: first, high: last }, whole };
}
