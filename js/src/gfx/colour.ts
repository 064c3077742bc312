import { cividis } from "./cividis.ts";

const LEVELS = 256;
const CIVIDIS = Array.from({ length: LEVELS }, (_, level) => cividis(level / (LEVELS - 1)));

/** Return the level of `value` among what was reached: 0 for the worst, 255 for the best, NaN for none. */
export type Grade = (value: number) => number;

/** The ends of what was reached; NaN before anything was. */
export interface Reached {
  readonly worst: number;
  readonly best: number;
}

/** Return the ends of the finite ones among `values`. */
export function reachedOf(values: Iterable<number>, goal: "minimize" | "maximize"): Reached {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return { worst: Number.NaN, best: Number.NaN };
  return goal === "maximize" ? { worst: low, best: high } : { worst: high, best: low };
}

/**
 * Grade the values of the primary metric: its better end always looks the same.
 *
 * @param values those that count; others than finite ones are left out.
 */
export function gradeOf(values: Iterable<number>, goal: "minimize" | "maximize"): Grade {
  const { worst, best } = reachedOf(values, goal);
  return (value) => {
    if (Number.isNaN(value)) return Number.NaN;
    const share = worst === best ? 1 : (value - worst) / (best - worst);
    return Math.round(Math.min(Math.max(share, 0), 1) * (LEVELS - 1));
  };
}

/** The parts of cividis that paper does not swallow: as shares, the worst end first. */
const ON_DARK = [0.3, 1];
const ON_LIGHT = [0.78, 0.08];

/**
 * The colour of a level. The better end is what stands out: on dark paper it is the bright one, on
 * light paper the dark one, because yellow lines on white are the first to be overlooked.
 */
export function colourOf(level: number, dark: boolean): string {
  const [worst = 0, best = 1] = dark ? ON_DARK : ON_LIGHT;
  const share = worst + (level / (LEVELS - 1)) * (best - worst);
  return CIVIDIS[Math.round(share * (LEVELS - 1))] ?? "#888";
}

/**
 * Return red, green and blue, from 0 to 255, of a colour as a computed style or `colourOf` gives it:
 * `#rrggbb`, `rgb(…)` or `color(srgb …)`; grey for any other.
 */
export function rgbOf(colour: string): readonly [red: number, green: number, blue: number] {
  const hex = /^#(..)(..)(..)$/.exec(colour);
  if (hex !== null) return channels(hex.slice(1).map((digits) => Number.parseInt(digits, 16)));
  const numbers = (colour.match(/-?[\d.]+(e-?\d+)?/g) ?? []).map(Number);
  if (colour.startsWith("rgb")) return channels(numbers);
  if (colour.startsWith("color(srgb ")) return channels(numbers.map((share) => 255 * share));
  return channels([]);
}

function channels([red = 128, green = 128, blue = 128]: readonly number[]): [
  number,
  number,
  number,
] {
  const whole = (value: number) => Math.min(Math.max(Math.round(value), 0), 255);
  return [whole(red), whole(green), whole(blue)];
}

/** Okabe and Ito's colours but for black, yellow, which light paper swallows, and orange and vermilion, which statuses have. */
const PINNED_ON_DARK = ["#cc79a7", "#009e73", "#56b4e9", "#0072b2"];
/** With their sky blue darkened. */
const PINNED_ON_LIGHT = ["#cc79a7", "#009e73", "#2e97d4", "#0072b2"];
const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3]];

/** How a selected run is told from others: never by its colour alone. */
export interface PinnedStyle {
  readonly colour: string;
  /** Lengths of strokes and gaps in CSS pixels; empty for a solid line. */
  readonly dash: readonly number[];
}

/** Return the style of the selected run at `place` in the selection. */
export function pinnedStyle(place: number, dark: boolean): PinnedStyle {
  const colours = dark ? PINNED_ON_DARK : PINNED_ON_LIGHT;
  return {
    colour: colours[place % colours.length] ?? "#888",
    dash: DASHES[(place + Math.floor(place / colours.length)) % DASHES.length] ?? [],
  };
}
