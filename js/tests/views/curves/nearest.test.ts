import { expect, test } from "vitest";
import { nearestBucket, nearestLine } from "../../../src/views/curves/nearest.ts";
import { buckets, frame, line } from "./lines.ts";

const flat = line(0, [2, 2, 2]);
const steep = line(1, [1, 9]);

test("the nearest line within reach, also between its values", () => {
  const lines = [flat, steep];
  expect(nearestLine(lines, frame, { x: 25, y: 78 }, 12)?.run).toBe(0);
  expect(nearestLine(lines, frame, { x: 15, y: 48 }, 12)?.run).toBe(1);
  expect(nearestLine(lines, frame, { x: 60, y: 50 }, 12)).toBeUndefined();
});

test("a gap has no line", () => {
  const broken = line(0, [5, Number.NaN, 5, 5]);
  expect(nearestLine([broken], frame, { x: 20, y: 50 }, 5)).toBeUndefined();
  expect(nearestLine([broken], frame, { x: 35, y: 51 }, 5)?.run).toBe(0);
  expect(nearestLine([broken], frame, { x: 12, y: 51 }, 5)?.run).toBe(0);
});

test("a spike inside a bucket can be met", () => {
  const spike = buckets(4, [
    [5, 5, 5],
    [5, 9, 5],
  ]);
  expect(nearestLine([spike], frame, { x: 17, y: 12 }, 5)?.run).toBe(4);
});

test("the nearest bucket is one with a value", () => {
  expect(nearestBucket(flat, frame, 22)).toBe(1);
  expect(nearestBucket(flat, frame, 500)).toBe(2);
  expect(nearestBucket(line(0, [5, Number.NaN, 5]), frame, 19)).toBe(0);
});
