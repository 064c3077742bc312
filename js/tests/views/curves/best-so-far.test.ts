import { expect, test } from "vitest";
import { traceBestSoFar } from "../../../src/views/curves/best-so-far.ts";
import type { Line } from "../../../src/views/curves/line.ts";
import { Polyline } from "../../../src/views/curves/polyline.ts";
import { buckets, frame, line } from "./lines.ts";

function trace(lines: readonly Line[], goal: "minimize" | "maximize", x = frame.x) {
  const polyline = new Polyline();
  traceBestSoFar(lines, goal, { ...frame, x }, polyline);
  return Array.from({ length: polyline.length }, (_, i) => [polyline.x[i], polyline.y[i]]);
}

test("steps to each better value of any line, and on to the edge", () => {
  const lines = [line(0, [2, 1, 6]), line(1, [1, 4, 5])];
  expect(trace(lines, "maximize")).toEqual([
    [10, 80],
    [20, 80],
    [20, 60],
    [30, 60],
    [30, 40],
    [100, 40],
  ]);
});

test("goes down when the metric is minimized", () => {
  expect(trace([line(0, [5, 7, 2])], "minimize")).toEqual([
    [10, 50],
    [30, 50],
    [30, 80],
    [100, 80],
  ]);
});

test("takes the better extreme of a bucket, and leaves NaN out", () => {
  const lines = [buckets(0, [[1, 9, 4]]), line(1, [Number.NaN])];
  expect(trace(lines, "maximize")[0]).toEqual([10, 10]);
  expect(trace(lines, "minimize")[0]).toEqual([10, 90]);
});

test("begins at the left edge with what was reached before", () => {
  expect(trace([line(0, [3, 1, 1, 6])], "maximize", { low: 2, high: 12 })).toEqual([
    [0, 70],
    [20, 70],
    [20, 40],
    [100, 40],
  ]);
});

test("is nothing without a value", () => {
  expect(trace([line(0, [Number.NaN])], "maximize")).toEqual([]);
});
