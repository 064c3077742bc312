import type { Data } from "../../../src/state/run-store.ts";
import type { Dimension, Study } from "../../../src/state/study.ts";
import { type AxisScale, axisScale } from "../../../src/views/parallel/axis-scale.ts";
import { digits, session, snapshot } from "../../samples.ts";

/** The values of a run: its parameters and its best value of the metric. */
export interface Run {
  readonly params: readonly number[];
  readonly best?: number;
}

/** A study's data with runs of these values. */
export function dataOf(study: Study, runs: readonly Run[]): Data {
  const rows = runs.map((run, number) => ({ number, standing: "Completed", ...run }));
  const { data } = session(study, snapshot(study, { rows })).store;
  if (data.value === null) throw new Error("The sample is no snapshot.");
  return data.value;
}

/** The scale of a dimension for which runs have these values. */
export function scaleOf(dimension: Dimension, values: readonly number[] = []): AxisScale {
  const runs = values.map((value) => ({ params: [value] }));
  return axisScale(dataOf({ ...digits, dimensions: [dimension] }, runs), 0);
}

export function choice(...options: string[]): AxisScale {
  return scaleOf({ kind: "choice", name: "c", when: null, options, gone: 0 });
}
