import { describe, expect, test } from "vitest";
import type { Line } from "../../../src/views/curves/line.ts";
import { Polyline, tracer } from "../../../src/views/curves/polyline.ts";
import { buckets, frame, line } from "./lines.ts";

function trace(drawn: Line, { cell = 1, log = false } = {}): [number, number][] {
  const polyline = new Polyline();
  const y = log ? { low: 1, high: 100 } : frame.y;
  tracer({ ...frame, y, log }, cell, polyline)(drawn);
  return Array.from({ length: polyline.length }, (_, i) => [
    Math.round(polyline.x[i] ?? 0),
    Math.round(polyline.y[i] ?? 0),
  ]);
}

describe("a line of single values", () => {
  test("leads through each of them", () => {
    expect(trace(line(0, [0, 5, 10]))).toEqual([
      [10, 100],
      [20, 50],
      [30, 0],
    ]);
  });

  test("has a gap where a value is NaN", () => {
    expect(trace(line(0, [1, Number.NaN, 3]))).toEqual([
      [10, 90],
      [20, Number.NaN],
      [30, 70],
    ]);
  });

  test("is a point when there is one", () => {
    expect(trace(line(0, [4]))).toEqual([[10, 60]]);
  });

  test("places decades evenly on a logarithmic axis", () => {
    const places = trace(line(0, [1, 10, 100]), { log: true });
    expect(places.map(([, y]) => y)).toEqual([100, 50, 0]);
  });

  test("may be longer than any before", () => {
    expect(trace(line(0, new Array(5000).fill(1)), { cell: 1e-9 })).toHaveLength(5000);
  });
});

describe("a line of buckets", () => {
  test("leads through the extremes of a bucket, the nearer one first", () => {
    const wild = buckets(0, [
      [2, 2, 2],
      [1, 9, 5],
    ]);
    expect(trace(wild)).toEqual([
      [10, 80],
      [13, 90],
      [17, 10],
      [20, 50],
    ]);
  });

  test("comes down to the lowest after the highest when it was high", () => {
    const wild = buckets(0, [
      [8, 8, 8],
      [1, 9, 5],
    ]);
    expect(trace(wild).map(([, y]) => y)).toEqual([20, 10, 90, 50]);
  });

  test("passes the extremes on its way where it only rises", () => {
    const rising = buckets(0, [
      [2, 2, 2],
      [3, 6, 6],
    ]);
    expect(trace(rising)).toEqual([
      [10, 80],
      [20, 40],
    ]);
  });

  test("shows the extremes of a bucket that ends with a NaN", () => {
    expect(trace(buckets(0, [[1, 9, Number.NaN]])).map(([, y]) => y)).toEqual([90, 10, Number.NaN]);
  });

  test("begins where the first bucket does", () => {
    const wide = { ...buckets(0, [[1, 9, 5]], [4]), start: 1 };
    expect(trace(wide).map(([x]) => x)).toEqual([20, 30, 40]);
  });
});

describe("cells", () => {
  test("no spike is lost when a thousand buckets share a few pixels", () => {
    const values = Array.from({ length: 1000 }, (_, i) => (i === 437 ? 9 : i === 722 ? 1 : 5));
    const x = values.map((_, i) => i / 100);
    const places = trace(line(0, values, x), { cell: 10 });
    expect(places.length).toBeLessThan(30);
    expect(Math.min(...places.map(([, y]) => y))).toBe(10);
    expect(Math.max(...places.map(([, y]) => y))).toBe(90);
  });

  test("what lies far outside stays drawable", () => {
    const polyline = new Polyline();
    tracer(frame, 1, polyline)(line(0, [1e30, -1e30]));
    expect(Array.from(polyline.y.subarray(0, 2))).toEqual([-1e5, 1e5]);
  });
});
