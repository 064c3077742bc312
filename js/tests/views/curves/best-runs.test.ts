import { expect, test } from "vitest";
import { bestRuns } from "../../../src/views/curves/best-runs.ts";

const values = Float64Array.of(0.5, 0.9, Number.NaN, 0.7, 0.9, 0.1, Number.POSITIVE_INFINITY);

test("the best come first, by the goal; of equal ones the earlier", () => {
  const runs = values.keys();
  expect(bestRuns(runs, values, "maximize", 3)).toEqual([1, 4, 3]);
  expect(bestRuns(values.keys(), values, "minimize", 2)).toEqual([5, 0]);
});

test("only the given runs count, and only those with a value", () => {
  expect(bestRuns([0, 2, 5, 6], values, "maximize", 5)).toEqual([0, 5]);
  expect(bestRuns([2], values, "minimize", 5)).toEqual([]);
});
