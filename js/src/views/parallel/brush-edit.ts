import type { Brush } from "../../state/linked.ts";
import type { AxisScale } from "./axis-scale.ts";

/** A stretch of an axis, in parts of its length: `from <= to`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What of a brush is dragged: one of its edges, or all of it. */
export type Grip = "from" | "to" | "whole";

/** Guards against rounding where a stretch ends between two options. */
const EPSILON = 1e-6;

/** The stretch of an axis that a brush covers, as far as it can be seen. */
export function stretchOf(scale: AxisScale, { low, high }: Brush): Stretch {
  return between(scale.fraction(clamp(low, scale)), scale.fraction(clamp(high, scale)));
}

/** The brush over a stretch; of a choice it holds every option that the stretch touches. */
export function brushOf(scale: AxisScale, { from, to }: Stretch): Brush {
  const { reach, reversed } = scale;
  if (scale.kind === "choice") {
    const count = scale.options.length;
    const first = Math.min(Math.floor(from * count + EPSILON), count - 1);
    const last = Math.max(Math.ceil(to * count - EPSILON) - 1, first);
    return { low: first - 0.5, high: last + 0.5 };
  }
  const [low, high] = reversed ? [1 - to, 1 - from] : [from, to];
  const value = (rising: number) => scale.value(reversed ? 1 - rising : rising);
  return {
    low: low <= 0 ? reach.low : value(low),
    high: high >= 1 ? reach.high : value(high),
  };
}

/** The stretch between two points of an axis, in either order. */
export function between(one: number, other: number): Stretch {
  return { from: Math.min(one, other), to: Math.max(one, other) };
}

/** Drag a grip of a stretch by a part of the axis' length; over a choice it goes from option to option. */
export function drag(scale: AxisScale, { from, to }: Stretch, grip: Grip, by: number): Stretch {
  const count = scale.options.length;
  const step = count > 0 ? Math.round(by * count) / count : by;
  if (grip === "whole") {
    const kept = Math.min(Math.max(step, -from), 1 - to);
    return { from: from + kept, to: to + kept };
  }
  const edge = Math.min(Math.max((grip === "from" ? from : to) + step, 0), 1);
  return between(edge, grip === "from" ? to : from);
}

/** Unite brushes that overlap or touch; from the lowest to the highest. */
export function unite(brushes: readonly Brush[]): Brush[] {
  const united: Brush[] = [];
  for (const brush of [...brushes].sort((a, b) => a.low - b.low)) {
    const last = united.at(-1);
    if (last !== undefined && brush.low <= last.high) {
      united[united.length - 1] = { low: last.low, high: Math.max(last.high, brush.high) };
    } else united.push(brush);
  }
  return united;
}

/** Which of so many options brushes hold; all without a brush. */
export function brushedOptions(count: number, brushes: readonly Brush[]): boolean[] {
  return Array.from(
    { length: count },
    (_, index) =>
      brushes.length === 0 || brushes.some(({ low, high }) => low <= index && index <= high),
  );
}

/** The brushes that hold these options; none when all are wanted. */
export function optionBrushes(wanted: readonly boolean[]): Brush[] {
  if (wanted.every(Boolean)) return [];
  return unite(
    wanted.flatMap((want, index) => (want ? [{ low: index - 0.5, high: index + 0.5 }] : [])),
  );
}

function clamp(value: number, { low, high }: AxisScale): number {
  return Math.min(Math.max(value, low), high);
}
