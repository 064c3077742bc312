import { describe, expect, test } from "vitest";
import { evenTicks, logTicks } from "../../src/gfx/ticks.ts";

describe("even ticks", () => {
  test.each([
    [0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [-1, 1, 4, [-1, -0.5, 0, 0.5, 1]],
    [3, 97, 4, [20, 40, 60, 80]],
    [0.1, 0.35, 5, [0.1, 0.15, 0.2, 0.25, 0.3, 0.35]],
    [1200, 5300, 4, [2000, 3000, 4000, 5000]],
    [1e-12, 3e-12, 2, [1e-12, 2e-12, 3e-12]],
    [-1e308, 1e308, 5, [-1e308, -5e307, 0, 5e307, 1e308]],
  ])("from %f to %f, about %i", (low, high, count, ticks) => {
    expect(evenTicks(low, high, count)).toEqual(ticks);
  });

  test("are none within a range between two round values", () => {
    expect(evenTicks(0.41, 0.42, 0.1)).toEqual([]);
  });
});

test.each([
  [-1.7e308, 1.7e308, 1],
  [0, 5e-324, 5],
  [1, 1, 5],
])("are none from %f to %f, where a step is no number", (low, high, count) => {
  expect(evenTicks(low, high, count)).toEqual([]);
});

describe("logarithmic ticks", () => {
  test("are the multiples of the powers of ten within the range", () => {
    expect(logTicks(0.06, 3)).toEqual([
      0.06, 0.07, 0.08, 0.09, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 2, 3,
    ]);
  });

  test("are even where there are few of those", () => {
    expect(logTicks(0.71, 0.79)).toEqual([0.72, 0.74, 0.76, 0.78]);
  });
});
