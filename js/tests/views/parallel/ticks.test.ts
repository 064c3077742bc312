import { describe, expect, it } from "vitest";
import type { AxisScale } from "../../../src/views/parallel/axis-scale.ts";
import { axisTicks } from "../../../src/views/parallel/ticks.ts";
import { generator, LINEAR } from "../../samples.ts";
import { choice, scaleOf } from "./data.ts";

const labels = (scale: AxisScale, room: number) =>
  axisTicks(scale, room).flatMap(({ text }) => (text === "" ? [] : [text]));
const log = (low: number, high: number) => scaleOf({ ...LINEAR, scale: "log", low, high });

it("labels round numbers, with as many decimals each", () => {
  expect(labels(scaleOf(LINEAR), 4)).toEqual(["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
  expect(labels(scaleOf({ ...LINEAR, high: 1e7 }), 2)).toEqual(["0", "5000000", "10000000"]);
});

it("labels whole numbers only where there are no others", () => {
  expect(labels(scaleOf({ ...LINEAR, low: 1, high: 3, integer: true }), 10)).toEqual([
    "1",
    "2",
    "3",
  ]);
});

describe("on a logarithmic axis", () => {
  it("labels powers of ten and marks what is between", () => {
    const ticks = axisTicks(log(0.001, 1), 6);
    expect(ticks.filter(({ text }) => text !== "").map(({ text }) => text)).toEqual([
      "0.001",
      "0.01",
      "0.1",
      "1",
    ]);
    expect(ticks).toHaveLength(28);
  });

  it("leaves powers out where there are many", () => {
    expect(labels(log(1e-9, 1), 4)).toEqual(["1e-9", "1e-6", "0.001", "1"]);
    expect(axisTicks(log(1e-9, 1), 4)).toHaveLength(10);
  });

  it("finds a power that a bound misses by a rounding", () => {
    expect(labels(log(0.1 + 2e-17, 1000.0000000001), 6)[0]).toBe("0.1");
    expect(labels(log(Math.exp(Math.log(0.001)) * (1 + 1e-15), 1), 6)).toContain("0.001");
  });

  it("labels 2 and 5 within two decades, and even steps within one", () => {
    expect(labels(log(8, 80), 6)).toEqual(["10", "20", "50"]);
    expect(labels(log(3, 4), 4)).toEqual(["3.0", "3.2", "3.4", "3.6", "3.8", "4.0"]);
  });
});

it("labels every option that fits, and every n-th where they do not", () => {
  const scale = choice("a", "b", "c", "d", "e");
  expect(labels(scale, 5)).toEqual(["a", "b", "c", "d", "e"]);
  expect(labels(scale, 4)).toEqual(["a", "c", "e"]);
  expect(labels(scale, 0.2)).toEqual(["a"]);
});

it("keeps options apart that read alike", () => {
  const ticks = axisTicks(choice("same", "same"), 2);
  expect(ticks.map(({ fraction }) => fraction)).toEqual([0.25, 0.75]);
});

it("has nothing to mark on an empty axis", () => {
  expect(axisTicks(scaleOf({ ...LINEAR, low: null, high: null }), 5)).toEqual([]);
});

it("stays within the axis, in order, and about within the room", () => {
  const random = generator(3);
  for (let i = 0; i < 300; i++) {
    const low = 10 ** (6 * random() - 3);
    const high = low * (1 + 10 ** (8 * random() - 2));
    const scale = random() < 0.5 ? log(low, high) : scaleOf({ ...LINEAR, low, high });
    const room = 1 + 9 * random();
    const ticks = axisTicks(scale, room);
    const fractions = ticks.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(Math.min(...fractions, 0)).toBeGreaterThan(-1e-6);
    expect(Math.max(...fractions, 0)).toBeLessThan(1 + 1e-6);
    expect(ticks.filter(({ text }) => text !== "").length).toBeLessThanOrEqual(2 * room + 2);
  }
});
