import { describe, expect, it } from "vitest";
import { gradeOf } from "../../../src/gfx/colour.ts";
import { layOut } from "../../../src/views/parallel/layout.ts";
import {
  crossings,
  gapOf,
  LEVELS,
  type Lines,
  levelsOf,
  nearestRun,
  sameEntries,
} from "../../../src/views/parallel/lines.ts";
import { generator, LINEAR } from "../../samples.ts";
import { scaleOf } from "./data.ts";

const NONE = Number.NaN;

it("has runs cross an axis at their values, and below it without one", () => {
  const layout = layOut({ width: 900, height: 300 }, 3, 40);
  const values = Float64Array.of(0, 1, NONE, 0.5, 99);
  expect([...crossings(values, 4, scaleOf(LINEAR), layout)]).toEqual([
    layout.start,
    layout.end,
    layout.none,
    (layout.start + layout.end) / 2,
  ]);
});

it.each([
  [[1, 2], ""],
  [[1, Number.NaN], "none"],
  [[1, 0], "0"],
  [[0, Number.NaN], "none or 0"],
] as const)("the band below a logarithmic axis with %j is for %j", (values, gap) => {
  const scale = scaleOf({ ...LINEAR, scale: "log", low: null, high: null }, values);
  expect(gapOf(Float64Array.from(values), values.length, scale)).toBe(gap);
});

it("a linear axis has a place for 0", () => {
  expect(gapOf(Float64Array.of(0, -1), 2, scaleOf(LINEAR))).toBe("");
});

describe("levels", () => {
  it("go from the worst to the best, and are drawn in that order", () => {
    const values = Float64Array.of(0.9, NONE, 0.1, 0.5, Infinity);
    const { level, order } = levelsOf(values, 5, gradeOf(values, "maximize"));
    expect([...level]).toEqual([LEVELS, 0, 1, 17, 0]);
    expect([...order]).toEqual([1, 4, 2, 3, 0]);
  });

  it("turn round with the goal", () => {
    const values = Float64Array.of(0.9, 0.1);
    const { level, order } = levelsOf(values, 2, gradeOf(values, "minimize"));
    expect([...level]).toEqual([1, LEVELS]);
    expect([...order]).toEqual([0, 1]);
  });

  it("order every run once", () => {
    const random = generator(8);
    const values = Float64Array.from({ length: 500 }, () => (random() < 0.2 ? NONE : random()));
    const { level, order } = levelsOf(values, 500, gradeOf(values, "maximize"));
    const levels = [...order].map((run) => level[run] ?? -1);
    expect(levels).toEqual([...levels].sort((a, b) => a - b));
    expect(new Set(order).size).toBe(500);
  });
});

describe("the nearest run", () => {
  const lines: Lines = {
    across: Float32Array.of(100, 200, 300),
    along: [Float32Array.of(0, 100, 0), Float32Array.of(100, 0, 0), Float32Array.of(100, 0, 0)],
    count: 3,
  };
  const all = Uint8Array.of(1, 1, 1);

  it.each([
    [110, 12, 0],
    [110, 88, 1],
    [110, 2, 2],
    [250, 97, 0],
    [200, 104, 0],
    [95, 97, 1],
    [305, 97, 0],
  ])("at %d, %d is %d", (across, along, run) => {
    expect(nearestRun(lines, all, { across, along }, 8)).toBe(run);
  });

  it.each([
    [250, 50],
    [80, 0],
    [320, 100],
  ])("is none when all are too far: %d, %d", (across, along) => {
    expect(nearestRun(lines, all, { across, along }, 8)).toBeNull();
  });

  it("measures at a right angle to steep lines", () => {
    const point = { across: 150, along: 60 };
    // 10 px along, but 10 / sqrt(2) from the line.
    expect(nearestRun(lines, Uint8Array.of(1, 0, 0), point, 7.1)).toBe(0);
    expect(nearestRun(lines, Uint8Array.of(1, 0, 0), point, 7)).toBeNull();
  });

  it("is one of those that are shown, of equal ones the one in front", () => {
    expect(nearestRun(lines, Uint8Array.of(1, 0, 1), { across: 250, along: 0 }, 8)).toBe(2);
    expect(nearestRun(lines, Uint8Array.of(1, 1, 0), { across: 250, along: 0 }, 8)).toBe(1);
    expect(nearestRun(lines, all, { across: 250, along: 0 }, 8)).toBe(2);
  });

  it("is none without lines", () => {
    const none = { across: new Float32Array(0), along: [], count: 0 };
    expect(nearestRun(none, all, { across: 0, along: 0 }, 8)).toBeNull();
    const one = { across: Float32Array.of(10), along: [Float32Array.of(1)], count: 1 };
    expect(nearestRun(one, all, { across: 10, along: 1 }, 8)).toBeNull();
  });
});

it("compares entries", () => {
  expect(sameEntries([1, 2], Float32Array.of(1, 2))).toBe(true);
  expect(sameEntries([1, 2], [1, 3])).toBe(false);
  expect(sameEntries([1, 2], [1, 2, 3])).toBe(false);
});
