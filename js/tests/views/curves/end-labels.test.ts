import { expect, test } from "vitest";
import { labelPlace, uncovered } from "../../../src/views/curves/end-labels.ts";
import type { Line } from "../../../src/views/curves/line.ts";
import { Polyline, tracer } from "../../../src/views/curves/polyline.ts";
import { frame, line } from "./lines.ts";

function place(drawn: Line) {
  const polyline = new Polyline();
  tracer(frame, 1, polyline)(drawn);
  return labelPlace(polyline, frame);
}

test("a label stands at the line's last value", () => {
  expect(place(line(0, [1, 4, Number.NaN]))).toEqual({ x: 20, y: 60 });
});

test("or where the line leaves the frame", () => {
  expect(place(line(0, [2, 6], [8, 12]))).toEqual({ x: 100, y: 60 });
});

test("there is none for a line outside the frame", () => {
  expect(place(line(0, [5, 50]))).toBeNull();
  expect(place(line(0, [5, 5], [-3, -2]))).toBeNull();
  expect(place(line(0, [5, 5], [20, 30]))).toBeNull();
});

test("one that would cover an earlier one is left out", () => {
  const labels = [
    { run: 1, x: 100, y: 50 },
    { run: 2, x: 95, y: 55 },
    { run: 3, x: 95, y: 70 },
    { run: 4, x: 40, y: 52 },
  ];
  expect(uncovered(labels, 1).map(({ run }) => run)).toEqual([1, 3, 4]);
  expect(uncovered(labels, 2).map(({ run }) => run)).toEqual([1, 4]);
});
