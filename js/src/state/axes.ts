import type { Data } from "./run-store.ts";
import type { Dimension } from "./study.ts";

/**
 * Something that every run has a value of: a dimension of the space, by its index, or the primary
 * metric (each run's best value).
 */
export type AxisId = number | "metric";

/** The axes of a study: the dimensions in the order of the space, and the metric. */
export function axisIds(data: Data): AxisId[] {
  return [...data.study.dimensions.keys(), "metric"];
}

/** The dimension of an axis, or null for the metric's. */
export function dimensionOf(data: Data, axis: AxisId): Dimension | null {
  return axis === "metric" ? null : (data.study.dimensions[axis] ?? null);
}

export function axisName(data: Data, axis: AxisId): string {
  return dimensionOf(data, axis)?.name ?? data.study.metric;
}

/** The values of all runs, by number: numbers, or indices of options; valid up to `rows.count`. */
export function axisValues(data: Data, axis: AxisId): Float64Array {
  const { rows } = data;
  return axis === "metric" ? rows.best : (rows.params[axis] ?? new Float64Array(rows.count));
}
