import { expect, test } from "vitest";
import { BestSoFar } from "../../../src/views/curves/best-so-far.ts";
import type { Line } from "../../../src/views/curves/line.ts";
import { Polyline } from "../../../src/views/curves/polyline.ts";
import { buckets, frame, line } from "./lines.ts";

function trace(lines: readonly Line[], goal: "minimize" | "maximize", x = frame.x) {
  const best = new BestSoFar(goal, { ...frame, x });
  best.add(lines);
  return traced(best, { ...frame, x });
}

function traced(best: BestSoFar, within = frame) {
  const polyline = new Polyline();
  best.trace(within, polyline);
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

test("takes what is added to lines, and looks at no line twice", () => {
  const best = new BestSoFar("maximize", frame);
  const ended = line(0, [2, 1]);
  best.add([ended, line(1, [1])]);
  ended.high.fill(9); // seen already
  best.add([ended, line(1, [1, 4])]);
  expect(traced(best)).toEqual([
    [10, 80],
    [20, 80],
    [20, 60],
    [100, 60],
  ]);
  expect(traced(best, { ...frame, y: { low: 0, high: 20 } }).map(([, y]) => y)).toEqual([
    90, 90, 80, 80,
  ]);
});
