import { describe, expect, it } from "vitest";
import { axisScale, sameScale } from "../../../src/views/parallel/axis-scale.ts";
import { digits, generator, LINEAR } from "../../samples.ts";
import { choice, dataOf, scaleOf } from "./data.ts";

const LOG = { ...LINEAR, scale: "log", low: 0.001, high: 1 } as const;
const FREE = { ...LINEAR, low: null, high: null };

describe("a dimension of numbers", () => {
  it("spans the bounds of the space, whatever came", () => {
    const scale = scaleOf(LINEAR, [0.2, 0.3]);
    expect([scale.low, scale.high]).toEqual([0, 1]);
    expect(scale.fraction(0.25)).toBeCloseTo(0.25);
  });

  it("is logarithmic where the space is", () => {
    const scale = scaleOf(LOG);
    expect(scale.fraction(0.001)).toBe(0);
    expect(scale.fraction(0.01)).toBeCloseTo(1 / 3);
    expect(scale.fraction(1)).toBe(1);
  });

  it.each([
    [LINEAR, [-1, 3], -1, 3],
    [LOG, [1e-5, 10], 1e-5, 10],
  ])("is extended by values outside of them", (dimension, values, low, high) => {
    const scale = scaleOf(dimension, values);
    expect([scale.low, scale.high]).toEqual([low, high]);
  });

  it("without bounds spans what came, with some room around", () => {
    const scale = scaleOf(FREE, [-2, Number.NaN, 2]);
    expect(scale.low).toBeCloseTo(-2.16);
    expect(scale.high).toBeCloseTo(2.16);
    expect(scale.reach).toEqual({ low: -Infinity, high: Infinity });
  });

  it("with one bound spans from it to what came", () => {
    const scale = scaleOf({ ...FREE, low: 0 }, [1, 2]);
    expect(scale.low).toBe(0);
    expect(scale.high).toBeCloseTo(2.04);
    expect(scale.reach).toEqual({ low: 0, high: Infinity });
  });

  it("gives one value an axis around it", () => {
    for (const value of [3, 0, -7]) {
      expect(scaleOf(FREE, [value]).fraction(value)).toBeCloseTo(0.5);
    }
    expect(scaleOf({ ...FREE, scale: "log" }, [0.1]).fraction(0.1)).toBeCloseTo(0.5);
    expect(scaleOf({ ...LINEAR, low: 5, high: 5 }).fraction(5)).toBeCloseTo(0.5);
  });

  it.each([FREE, { ...FREE, scale: "log" as const }, { ...FREE, low: 7 }, { ...FREE, high: 7 }])(
    "is empty without bounds and values",
    (dimension) => {
      const scale = scaleOf(dimension, [Number.NaN]);
      expect(scale.empty).toBe(true);
      expect(scale.low).toBeLessThan(scale.high);
    },
  );

  it("has no place for what is no number, and on a log axis for none below zero", () => {
    expect(scaleOf(LINEAR).fraction(Number.NaN)).toBeNaN();
    const scale = scaleOf(LOG, [0, -1, 0.1]);
    expect([scale.low, scale.high]).toEqual([0.001, 1]);
    for (const value of [0, -1]) expect(Number.isFinite(scale.fraction(value))).toBe(false);
  });

  it("returns from fractions to values", () => {
    const random = generator(1);
    for (const scale of [scaleOf(LINEAR), scaleOf(LOG), scaleOf(FREE, [-3, 8])]) {
      for (let i = 0; i < 200; i++) {
        const value = scale.value(random());
        expect(scale.value(scale.fraction(value))).toBeCloseTo(value, 10);
      }
    }
  });
});

it("places options in their own order, in the middle of equal stretches", () => {
  const scale = choice("b", "a", "c", "a ");
  expect([0, 1, 2, 3].map(scale.fraction)).toEqual([0.125, 0.375, 0.625, 0.875]);
});

describe("the metric", () => {
  const runs = [0.5, Number.NaN, 0.9, Infinity].map((best) => ({ params: [0.1, 0, 0], best }));

  it("spans the finite values, and a brush to an end goes beyond", () => {
    const scale = axisScale(dataOf(digits, runs), "metric");
    expect([scale.low, scale.high]).toEqual([0.5, 0.9]);
    expect(scale.reach).toEqual({ low: -Infinity, high: Infinity });
  });

  it.each([
    ["maximize", 0.9],
    ["minimize", 0.5],
  ] as const)("has the better end at the end of its axis: %s", (goal, best) => {
    const scale = axisScale(dataOf({ ...digits, goal }, runs), "metric");
    expect(scale.fraction(best)).toBe(1);
  });

  it("is empty without values", () => {
    expect(axisScale(dataOf(digits, []), "metric").empty).toBe(true);
  });
});

it("is the same scale as one that places all alike", () => {
  expect(sameScale(scaleOf(LINEAR, [0.1]), scaleOf(LINEAR, [0.2]))).toBe(true);
  expect(sameScale(scaleOf(LINEAR, [0.1]), scaleOf(LINEAR, [1.2]))).toBe(false);
  expect(sameScale(scaleOf(FREE), scaleOf({ ...LINEAR, high: 1 }))).toBe(false);
});
