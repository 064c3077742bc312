import { expect, test } from "vitest";
import { Curve } from "../../../src/state/curve.ts";
import type { Data } from "../../../src/state/run-store.ts";
import { countsIntervals, lastFinite, linesOf } from "../../../src/views/curves/line.ts";
import { digits, session, snapshot } from "../../samples.ts";
import { line } from "./lines.ts";

/** One run with a curve of 32 values in buckets of 8, whose steps begin at `first`. */
function merged(first: number): Data {
  const row = { number: 0, standing: "Running", params: [0.1, 0, 0.5] };
  const sent = snapshot(digits, { rows: [row], curves: [{ run: 0, values: [0] }] });
  const data = session(digits, sent).store.data.peek();
  const curve = data?.curves.get("accuracy", 0);
  if (!data || !curve) throw new Error("The sample has no curve.");
  const wide = new Curve(4);
  for (let i = 0; i < 32; i++) wide.append(i, first + i, i);
  curve.fill(wide.width, wide.count, wide);
  return data;
}

test("the first bucket begins where its first value was", () => {
  const [first] = linesOf(merged(50), "accuracy", "step");
  expect(first).toMatchObject({ run: 0, length: 4, count: 32, start: 50 });
  expect(first?.x[0]).toBe(57);
});

test("steps that count the intervals are told from others, also in buckets", () => {
  expect(countsIntervals(linesOf(merged(1), "accuracy", "step"))).toBe(true);
  expect(countsIntervals(linesOf(merged(0), "accuracy", "step"))).toBe(false);
  expect(countsIntervals([])).toBe(true);
});

test("the last finite value", () => {
  expect(lastFinite(line(0, [1, 2, Number.NaN]))).toBe(1);
  expect(lastFinite(line(0, [Number.NaN]))).toBe(-1);
});

test("a curve has the same line until it gets a value, or another x axis", () => {
  const data = merged(1);
  const [first] = linesOf(data, "accuracy", "step");
  expect(linesOf(data, "accuracy", "step")[0]).toBe(first);
  expect(linesOf(data, "accuracy", "time")[0]).not.toBe(first);
  data.curves.get("accuracy", 0)?.append(1, 33, 33);
  expect(linesOf(data, "accuracy", "time")[0]).toMatchObject({ count: 33 });
});
