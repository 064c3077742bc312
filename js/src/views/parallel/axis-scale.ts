import { type AxisId, axisValues, dimensionOf } from "../../state/axes.ts";
import type { Data } from "../../state/run-store.ts";

/** How the values of an axis lie along it: 0 is its start (bottom or left), 1 its end. */
export interface AxisScale {
  /** A choice is linear in the indices of its options, each in the middle of a stretch of its own. */
  readonly kind: "linear" | "log" | "choice";
  /** The values that it spans; of `n` options, -0.5 to n - 0.5. */
  readonly low: number;
  readonly high: number;
  /** Whether the lowest value is at the end: of a metric that is minimized. */
  readonly reversed: boolean;
  readonly integer: boolean;
  /** What can be chosen, in its own order; none of a scale of numbers. */
  readonly options: readonly string[];
  /**
   * The values that a brush reaches at either end. They are infinite where the axis ends at what has
   * come so far, so that a brush up to the best end also holds the better value that comes later.
   */
  readonly reach: { readonly low: number; readonly high: number };
  /** Whether there is nothing to measure: no bounds and no values yet. */
  readonly empty: boolean;
  /** Where a value lies; not finite where the axis has no place for it. */
  fraction(value: number): number;
  value(fraction: number): number;
}

/** The room around values on an axis that has no bounds, as a part of what they span. */
const PADDING = 0.04;

/** The scale of an axis, from the space and, where that has no bounds, from the values that came. */
export function axisScale(data: Data, axis: AxisId): AxisScale {
  const dimension = dimensionOf(data, axis);
  if (dimension?.kind === "choice") {
    const ends = { low: -0.5, high: dimension.options.length - 0.5 };
    return build({ kind: "choice", ...ends, options: dimension.options, reach: ends });
  }
  const values = axisValues(data, axis).subarray(0, data.rows.count);
  if (dimension === null) {
    const reversed = data.study.goal === "minimize";
    const found = extent(values, Number.NEGATIVE_INFINITY);
    return build({ kind: "linear", ...(found ?? NOTHING), reversed, reach: OPEN, empty: !found });
  }
  const { scale: kind, low, high, integer } = dimension;
  const found = extent(values, kind === "log" ? 0 : Number.NEGATIVE_INFINITY);
  const bounds = found && padded(found, kind);
  const ends = {
    low: Math.min(low ?? bounds?.low ?? Number.POSITIVE_INFINITY, found?.low ?? Infinity),
    high: Math.max(high ?? bounds?.high ?? Number.NEGATIVE_INFINITY, found?.high ?? -Infinity),
  };
  const empty = !(ends.low <= ends.high);
  return build({
    kind,
    ...(empty ? { low: low ?? (high ?? 2) - 1, high: high ?? (low ?? 1) + 1 } : ends),
    integer,
    empty,
    reach: {
      low: low === null ? OPEN.low : ends.low,
      high: high === null ? OPEN.high : ends.high,
    },
  });
}

/** Whether two scales place every value alike. */
export function sameScale(a: AxisScale, b: AxisScale): boolean {
  return (
    a.kind === b.kind &&
    a.low === b.low &&
    a.high === b.high &&
    a.reversed === b.reversed &&
    a.empty === b.empty &&
    a.options === b.options
  );
}

const OPEN = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
const NOTHING = { low: 0, high: 1 };
/** One list, for `sameScale` to know it again. */
const NO_OPTIONS: readonly string[] = [];

type Span = Pick<AxisScale, "low" | "high">;
type Given = Span &
  Pick<AxisScale, "kind" | "reach"> &
  Partial<Pick<AxisScale, "reversed" | "integer" | "options" | "empty">>;

function build(given: Given): AxisScale {
  const { kind, reversed = false } = given;
  const { low, high } = widened(given, kind);
  const [into, back] = kind === "log" ? [Math.log, Math.exp] : [identity, identity];
  const [start, end] = reversed ? [into(high), into(low)] : [into(low), into(high)];
  return {
    integer: false,
    options: NO_OPTIONS,
    empty: false,
    ...given,
    low,
    high,
    reversed,
    fraction: (value) => (into(value) - start) / (end - start),
    value: (fraction) => back(start + fraction * (end - start)),
  };
}

function identity(value: number): number {
  return value;
}

/** Give a single value an axis around it. */
function widened({ low, high }: Span, kind: AxisScale["kind"]): Span {
  if (low < high) return { low, high };
  if (kind === "log") return { low: low / 2, high: high * 2 };
  const margin = Math.abs(low) / 20 || 1;
  return { low: low - margin, high: high + margin };
}

function padded({ low, high }: Span, kind: AxisScale["kind"]): Span {
  if (kind === "log") {
    const factor = (high / low) ** PADDING;
    return { low: low / factor, high: high * factor };
  }
  const margin = (high - low) * PADDING;
  return { low: low - margin, high: high + margin };
}

/** The extremes of the finite values above `floor`; null without any. */
function extent(values: Float64Array, floor: number): Span | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value) || value <= floor) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? { low, high } : null;
}
