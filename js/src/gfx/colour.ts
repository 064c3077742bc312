import { interpolateCividis } from "d3-scale-chromatic";

const LEVELS = 256;
const CIVIDIS = Array.from({ length: LEVELS }, (_, level) =>
  interpolateCividis(level / (LEVELS - 1)),
);

/** Return the level of `value` among what was reached: 0 for the worst, 255 for the best. */
export type Grade = (value: number) => number;

/**
 * Grade the values of the primary metric: its better end always looks the same.
 *
 * @param values those that count; others than finite ones are left out.
 */
export function gradeOf(values: Iterable<number>, goal: "minimize" | "maximize"): Grade {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const [worst, best] = goal === "maximize" ? [low, high] : [high, low];
  return (value) => {
    const share = worst === best ? 1 : (value - worst) / (best - worst);
    return Math.round(Math.min(Math.max(share, 0), 1) * (LEVELS - 1));
  };
}

/** The colour of a level. On dark paper the darkest blues would vanish, so they are left out there. */
export function colourOf(level: number, dark: boolean): string {
  const from = dark ? LEVELS / 4 : 0;
  // On light paper it is the palest yellows that would vanish.
  const to = dark ? LEVELS - 1 : LEVELS - 1 - LEVELS / 10;
  return CIVIDIS[Math.round(from + (level / (LEVELS - 1)) * (to - from))] ?? "#888";
}
