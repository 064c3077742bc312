import { describe, expect, it } from "vitest";
import { axisScale } from "../../../src/views/parallel/axis-scale.ts";
import {
  between,
  brushedOptions,
  brushOf,
  drag,
  type Grip,
  optionBrushes,
  stretchOf,
  unite,
} from "../../../src/views/parallel/brush-edit.ts";
import { digits, generator, LINEAR } from "../../samples.ts";
import { choice, dataOf, scaleOf } from "./data.ts";

const linear = scaleOf({ ...LINEAR, high: 10 });
const four = choice("a", "b", "c", "d");
const metric = (goal: "minimize" | "maximize") =>
  axisScale(
    dataOf(
      { ...digits, goal },
      [1, 3].map((best) => ({ params: [0.1, 0, 0], best })),
    ),
    "metric",
  );

describe("a brush over a stretch", () => {
  it("holds the values of it", () => {
    const brush = brushOf(linear, between(0.7, 0.2));
    expect(brush.low).toBeCloseTo(2);
    expect(brush.high).toBeCloseTo(7);
  });

  it("reaches exactly to the ends of the space", () => {
    const log = scaleOf({ ...LINEAR, scale: "log", low: 0.001, high: 3 });
    expect(brushOf(log, { from: 0, to: 1 })).toEqual({ low: 0.001, high: 3 });
  });

  it("up to the better end of the metric holds the better values that come", () => {
    expect(brushOf(metric("maximize"), { from: 0.5, to: 1 })).toEqual({ low: 2, high: Infinity });
    expect(brushOf(metric("minimize"), { from: 0.5, to: 1 })).toEqual({ low: -Infinity, high: 2 });
    expect(brushOf(metric("minimize"), { from: 0, to: 0.5 })).toEqual({ low: 2, high: Infinity });
  });

  it("holds the whole options that it touches", () => {
    expect(brushOf(four, { from: 0.3, to: 0.6 })).toEqual({ low: 0.5, high: 2.5 });
    expect(brushOf(four, { from: 0.25, to: 0.5 })).toEqual({ low: 0.5, high: 1.5 });
    expect(brushOf(four, { from: 0.4, to: 0.4 })).toEqual({ low: 0.5, high: 1.5 });
    expect(brushOf(four, { from: 1, to: 1 })).toEqual({ low: 2.5, high: 3.5 });
  });

  it("is seen where it was drawn", () => {
    const random = generator(2);
    for (const scale of [linear, four, metric("minimize"), metric("maximize")]) {
      for (let i = 0; i < 200; i++) {
        const stretch = between(random(), random());
        const brush = brushOf(scale, stretch);
        expect(brush.low).toBeLessThanOrEqual(brush.high);
        const seen = stretchOf(scale, brush);
        if (scale !== four) {
          expect(seen.from).toBeCloseTo(stretch.from, 9);
          expect(seen.to).toBeCloseTo(stretch.to, 9);
        } else {
          expect(seen.from).toBeLessThanOrEqual(stretch.from);
          expect(seen.to).toBeGreaterThanOrEqual(stretch.to);
          expect(brushOf(scale, seen)).toEqual(brush);
        }
      }
    }
  });

  it("is seen at the end of the axis when it lies beyond", () => {
    expect(stretchOf(linear, { low: 20, high: 30 })).toEqual({ from: 1, to: 1 });
    expect(stretchOf(linear, { low: -Infinity, high: 5 })).toEqual({ from: 0, to: 0.5 });
  });
});

describe("dragging", () => {
  const stretch = { from: 0.25, to: 0.5 };

  it.each<[Grip, number, number, number]>([
    ["whole", 0.25, 0.5, 0.75],
    ["whole", 0.9, 0.75, 1],
    ["whole", -0.9, 0, 0.25],
    ["from", -0.125, 0.125, 0.5],
    ["from", 0.5, 0.5, 0.75],
    ["to", 0.25, 0.25, 0.75],
    ["to", 2, 0.25, 1],
    ["to", -0.5, 0, 0.25],
  ])("%s by %d", (grip, by, from, to) => {
    expect(drag(linear, stretch, grip, by)).toEqual({ from, to });
  });

  it("goes from option to option", () => {
    expect(drag(four, stretch, "whole", 0.1)).toEqual(stretch);
    expect(drag(four, stretch, "whole", 0.2)).toEqual({ from: 0.5, to: 0.75 });
    expect(brushOf(four, drag(four, stretch, "to", 0.2))).toEqual({ low: 0.5, high: 2.5 });
  });
});

it("unites brushes that overlap or touch", () => {
  const at = (low: number, high: number) => ({ low, high });
  expect(unite([at(5, 6), at(0, 2), at(1, 3)])).toEqual([at(0, 3), at(5, 6)]);
  expect(unite([at(0, 9), at(1, 2), at(9, 9.5)])).toEqual([at(0, 9.5)]);
  expect(unite([])).toEqual([]);
});

it("turns options into brushes and back", () => {
  expect(optionBrushes([true, true, false, true])).toEqual([
    { low: -0.5, high: 1.5 },
    { low: 2.5, high: 3.5 },
  ]);
  expect(optionBrushes([true, true])).toEqual([]);
  expect(brushedOptions(4, [])).toEqual([true, true, true, true]);
  for (let bits = 1; bits < 15; bits++) {
    const wanted = [1, 2, 4, 8].map((bit) => (bits & bit) !== 0);
    expect(brushedOptions(4, optionBrushes(wanted))).toEqual(wanted);
  }
});
