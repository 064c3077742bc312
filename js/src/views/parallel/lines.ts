import type { Grade } from "../../gfx/colour.ts";
import type { AxisScale } from "./axis-scale.ts";
import { alongAt, type Layout, type Point } from "./layout.ts";

/** The lines of all runs: where each axis is, and where each run crosses it. */
export interface Lines {
  /** By place: where the axis is across. */
  readonly across: Float32Array;
  /** By place, then by run: where the run crosses the axis, along it. */
  readonly along: readonly Float32Array[];
  /** Runs. */
  readonly count: number;
}

/** Where runs cross an axis, in pixels along it; those without a value at `layout.none`. */
export function crossings(
  values: Float64Array,
  count: number,
  scale: AxisScale,
  layout: Layout,
): Float32Array {
  const along = new Float32Array(count);
  for (let run = 0; run < count; run++) {
    const fraction = scale.fraction(values[run] ?? Number.NaN);
    along[run] = Number.isFinite(fraction) ? alongAt(layout, fraction) : layout.none;
  }
  return along;
}

/**
 * What runs have that lie in the band below an axis, as its label: no value, or one that a logarithmic
 * axis has no place for; empty without such runs.
 */
export type Gap = "" | "none" | "0" | "none or 0";

export function gapOf(values: Float64Array, count: number, scale: AxisScale): Gap {
  let [none, zero] = [false, false];
  for (let run = 0; run < count; run++) {
    const value = values[run] ?? Number.NaN;
    if (Number.isFinite(scale.fraction(value))) continue;
    if (scale.kind === "log" && value <= 0) zero = true;
    else none = true;
  }
  if (none) return zero ? "none or 0" : "none";
  return zero ? "0" : "";
}

/** Colours of lines: more could not be told apart, and fewer paths are drawn faster. */
export const LEVELS = 32;

/** How good each run is, in steps of colour. */
export interface Levels {
  /** By run: 1 for the worst, `LEVELS` for the best, 0 without a value. */
  readonly level: Uint8Array;
  /** The runs from those without a value to the best: the order to draw them in. */
  readonly order: Uint32Array;
}

/** Grade runs by their values of the metric; `grade` goes from 0 to 255. */
export function levelsOf(values: Float64Array, count: number, grade: Grade): Levels {
  const level = new Uint8Array(count);
  const starts = new Uint32Array(LEVELS + 2);
  for (let run = 0; run < count; run++) {
    const value = values[run] ?? Number.NaN;
    const step = Number.isFinite(value) ? 1 + Math.floor((grade(value) / 256) * LEVELS) : 0;
    level[run] = step;
    starts[step + 1] = (starts[step + 1] ?? 0) + 1;
  }
  for (let step = 1; step < starts.length; step++) {
    starts[step] = (starts[step] ?? 0) + (starts[step - 1] ?? 0);
  }
  const order = new Uint32Array(count);
  for (let run = 0; run < count; run++) {
    const step = level[run] ?? 0;
    const at = starts[step] ?? 0;
    order[at] = run;
    starts[step] = at + 1;
  }
  return { level, order };
}

/**
 * Return the run whose line is nearest to a point, and not farther than `reach` pixels; null without one.
 *
 * @param mask 1 for each run that counts.
 */
export function nearestRun(
  { across, along, count }: Lines,
  mask: Uint8Array,
  point: Point,
  reach: number,
): number | null {
  const right = across.findIndex((at, place) => place > 0 && point.across <= at);
  const place = right < 0 ? across.length - 1 : right;
  const [left, from, to] = [across[place - 1], along[place - 1], along[place]];
  const gap = (across[place] ?? 0) - (left ?? 0);
  if (left === undefined || from === undefined || to === undefined || gap <= 0) return null;
  if (point.across < left - reach || point.across > left + gap + reach) return null;
  const share = Math.min(Math.max((point.across - left) / gap, 0), 1);
  let [nearest, least]: [number | null, number] = [null, reach];
  for (let run = 0; run < count; run++) {
    if (!mask[run]) continue;
    const [a, b] = [from[run] ?? 0, to[run] ?? 0];
    // The distance along, seen at a right angle to the line.
    const slant = gap / Math.hypot(gap, b - a);
    const distance = Math.abs(a + share * (b - a) - point.along) * slant;
    if (distance <= least) [nearest, least] = [run, distance];
  }
  return nearest;
}

/** Whether two arrays hold the same. */
export function sameEntries(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
