import { expect, test } from "vitest";
import { extremesOf, extremesWithin, partWithin } from "../../../src/views/curves/extremes.ts";
import { buckets, line } from "./lines.ts";

const wild = buckets(0, [
  [1, 2, 2],
  [-3, 9, 5],
  [Number.NaN, Number.NaN, Number.NaN],
  [4, 4, 4],
]);

test("what a line spans", () => {
  expect(extremesOf(wild)).toEqual({ low: -3, high: 9, x: { low: 1, high: 4 }, whole: true });
  expect(extremesOf(line(0, [Number.NaN], [0.5]))).toMatchObject({ low: Number.NaN, whole: false });
});

test("is looked for once", () => {
  const changing = line(0, [1, 2]);
  const before = extremesOf(changing);
  changing.high.fill(7);
  expect(extremesOf(changing)).toBe(before);
});

test("within a part of x", () => {
  expect(extremesWithin(wild, { low: 0, high: 9 })).toMatchObject({ low: -3, high: 9 });
  expect(extremesWithin(wild, { low: 3, high: 4 })).toEqual({ low: 4, high: 4 });
  expect(extremesWithin(wild, { low: 3, high: 3 })).toEqual({ low: Number.NaN, high: Number.NaN });
  expect(partWithin(wild, { low: 1.5, high: 3 })).toEqual({ from: 1, to: 3 });
});

test("steps need not rise", () => {
  const back = line(0, [1, 9, 2, 8], [1, 5, 2, 7]);
  expect(extremesWithin(back, { low: 1, high: 3 })).toEqual({ low: 1, high: 2 });
});
