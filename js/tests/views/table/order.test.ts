import { expect, it } from "vitest";
import type { Data } from "../../../src/state/run-store.ts";
import type { Sort } from "../../../src/state/settings.ts";
import { durationOf, orderRuns, sortKeys } from "../../../src/views/table/order.ts";
import type { Row } from "../../packing.ts";
import { CREATED, digits, generator, session, snapshot } from "../../samples.ts";

const { NaN: none, POSITIVE_INFINITY: infinity } = Number;

function ascending(values: readonly number[], mask = values.map(() => 1)): number[] {
  const key = { values: Float64Array.from(values), descending: false };
  return [...orderRuns(Uint8Array.from(mask), [key])];
}

it("puts runs without a value last, whichever way it goes", () => {
  const values = Float64Array.of(none, 3, infinity, none, -1);
  const mask = new Uint8Array(5).fill(1);
  expect([...orderRuns(mask, [{ values, descending: false }])]).toEqual([4, 1, 2, 0, 3]);
  expect([...orderRuns(mask, [{ values, descending: true }])]).toEqual([2, 1, 4, 0, 3]);
});

it("breaks ties by the next key, then by number, whichever way the keys go", () => {
  const first = { values: Float64Array.of(1, 2, 1, 2, 1), descending: true };
  const second = { values: Float64Array.of(5, 5, 7, 5, 5), descending: true };
  const mask = new Uint8Array(5).fill(1);
  expect([...orderRuns(mask, [first, second])]).toEqual([1, 3, 2, 0, 4]);
  expect([...orderRuns(mask, [])]).toEqual([0, 1, 2, 3, 4]);
});

it("leaves out what the mask leaves out, and what lies beyond it", () => {
  expect(ascending([3, 2, 1, 0], [1, 0, 1])).toEqual([2, 0]);
  expect(ascending([3, 2], [0, 0])).toEqual([]);
});

it("agrees with a plain sort on many runs", () => {
  const random = generator(3);
  const values = Array.from({ length: 10_000 }, () => Math.floor(500 * random()));
  const plain = values.map((_, run) => run);
  plain.sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b);
  expect(ascending(values)).toEqual(plain);
});

const ROWS: readonly Partial<Row>[] = [
  { standing: "Completed", best: 0.7, started: CREATED, ended: CREATED + 9, params: [0.1, 2, 0.5] },
  { standing: "Failed", best: 0.9, reason: "", started: CREATED, ended: CREATED + 2 },
  { standing: "Queued" },
  { standing: "Stopped by policy", best: 0.8, reason: "policy", params: [0.2, 0, 0.1] },
  { standing: "Running", best: 0.6, started: CREATED + 30, params: [0.01, 1, 0.2] },
  { standing: "Canceled", reason: "user", started: CREATED + 5, ended: CREATED + 6 },
];

function sample(goal: "maximize" | "minimize"): Data {
  const rows = ROWS.map((row, number) => {
    return { number, standing: "Queued", params: [none, none, none], ...row };
  });
  const study = { ...digits, goal };
  const data = session(study, snapshot(study, { rows })).store.data.value;
  if (data === null) throw new Error("The sample must be taken.");
  return data;
}

function sorted(sorts: readonly Sort[], goal: "maximize" | "minimize" = "maximize"): number[] {
  const data = sample(goal);
  const mask = new Uint8Array(data.rows.count).fill(1);
  return [...orderRuns(mask, sortKeys(data, sorts, CREATED + 60))];
}

it.each([
  ["maximize", "best", [3, 0, 4, 2, 5, 1]],
  ["maximize", "worst", [4, 0, 3, 2, 5, 1]],
  ["minimize", "best", [4, 0, 3, 2, 5, 1]],
  ["minimize", "worst", [3, 0, 4, 2, 5, 1]],
] as const)("to %s, puts the %s first, and failed runs last", (goal, order, runs) => {
  expect(sorted([{ column: "best", order }], goal)).toEqual(runs);
});

it.each([
  ["run", [5, 4, 3, 2, 1, 0]],
  ["duration", [4, 0, 1, 5, 2, 3]],
  ["started", [4, 5, 0, 1, 2, 3]],
  ["reason", [5, 3, 0, 1, 2, 4]],
  ["standing", [3, 5, 1, 0, 4, 2]],
  [0, [3, 0, 4, 1, 2, 5]],
  [1, [0, 4, 3, 1, 2, 5]],
] as const)("sorts by the column %s, the largest first", (column, runs) => {
  expect(sorted([{ column, order: "descending" }])).toEqual(runs);
});

it("takes the time so far as the duration of a run that has not ended", () => {
  const data = sample("maximize");
  expect(durationOf(data, 0, CREATED + 60)).toBe(9);
  expect(durationOf(data, 4, CREATED + 60)).toBe(30);
  expect(durationOf(data, 4, CREATED + 29)).toBe(0);
  expect(durationOf(data, 2, CREATED + 60)).toBeNaN();
});
