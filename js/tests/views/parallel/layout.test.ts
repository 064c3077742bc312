import { describe, expect, it } from "vitest";
import {
  acrossAt,
  alongAt,
  axisLength,
  fractionAt,
  layOut,
  placeAt,
  toPoint,
  toXY,
} from "../../../src/views/parallel/layout.ts";

const WIDE = { width: 900, height: 300 };
const NARROW = { width: 330, height: 260 };

describe("in a wide place", () => {
  it("has axes upright, from the left to the right", () => {
    const layout = layOut(WIDE, 4, 40);
    expect(layout.turned).toBe(false);
    expect([layout.width, layout.height]).toEqual([900, 300]);
    expect(layout.end).toBeLessThan(layout.start);
    expect(layout.none).toBeGreaterThan(layout.start);
    expect(acrossAt(layout, 3)).toBeCloseTo(900 - 68);
  });

  it("scrolls rather than let axes be nearer than 90 px", () => {
    const layout = layOut(WIDE, 20, 40);
    expect(layout.gap).toBe(90);
    expect(layout.width).toBeGreaterThan(19 * 90);
    expect(layout.height).toBe(300);
  });

  it("gives wide labels room left of the first axis, within limits", () => {
    expect(layOut(WIDE, 4, 10).first).toBe(60);
    expect(layOut(WIDE, 4, 80).first).toBe(94);
    expect(layOut(WIDE, 4, 500).first).toBe(110);
  });
});

describe("in a narrow place", () => {
  it("has axes one below the other, from the left to the right", () => {
    const layout = layOut(NARROW, 4, 40);
    expect(layout.turned).toBe(true);
    expect(layout.start).toBeLessThan(layout.end);
    expect(layout.none).toBeLessThan(layout.start);
    expect([layout.width, layout.height]).toEqual([330, 260]);
    expect(acrossAt(layout, 3)).toBeLessThan(260);
  });

  it("scrolls down where axes would be too near", () => {
    const layout = layOut(NARROW, 12, 40);
    expect(layout.width).toBe(330);
    expect(layout.height).toBeGreaterThan(11 * layout.gap);
  });
});

it.each([WIDE, NARROW])("goes from places to pixels and back", (place) => {
  const layout = layOut(place, 5, 40);
  for (let at = 0; at < 5; at++) {
    expect(placeAt(layout, acrossAt(layout, at) + 0.4 * layout.gap, 5)).toBe(at);
  }
  expect(placeAt(layout, -1000, 5)).toBe(0);
  expect(placeAt(layout, 1e6, 5)).toBe(4);
  for (const fraction of [0, 0.3, 1]) {
    expect(fractionAt(layout, alongAt(layout, fraction))).toBeCloseTo(fraction);
  }
  expect(fractionAt(layout, layout.none)).toBe(0);
  expect(Math.abs(layout.end - layout.start)).toBe(axisLength(place));
  const [x, y] = toXY(layout, { across: 11, along: 22 });
  expect(toPoint(layout, x, y)).toEqual({ across: 11, along: 22 });
});

it("survives a place without a size and a single axis", () => {
  expect(axisLength({ width: 0, height: 0 })).toBe(1);
  expect(layOut({ width: 600, height: 20 }, 1, 0).width).toBe(600);
});
