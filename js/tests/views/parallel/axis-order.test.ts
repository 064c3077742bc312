import { expect, it } from "vitest";
import type { AxisId } from "../../../src/state/axes.ts";
import { moveAxis, orderAxes } from "../../../src/views/parallel/axis-order.ts";
import { generator } from "../../samples.ts";

const AXES: AxisId[] = [0, 1, 2, "metric"];

it("goes by the space until somebody has chosen", () => {
  expect(orderAxes(AXES, null)).toEqual(AXES);
  expect(orderAxes(AXES, ["metric", 2, 0, 1])).toEqual(["metric", 2, 0, 1]);
});

it("has each axis once, whatever was chosen for another space", () => {
  // 0 has nothing before it in the space, and 2 follows 1 there.
  expect(orderAxes(AXES, [7, "metric", 1, 1])).toEqual([0, "metric", 1, 2]);
  const random = generator(5);
  for (let i = 0; i < 200; i++) {
    const chosen = Array.from({ length: 6 }, () => Math.floor(6 * random()));
    expect(new Set(orderAxes(AXES, chosen))).toEqual(new Set(AXES));
    expect(orderAxes(AXES, chosen)).toHaveLength(4);
  }
});

it("moves an axis, and the others make room", () => {
  expect(moveAxis(AXES, 0, 2)).toEqual([1, 2, 0, "metric"]);
  expect(moveAxis(AXES, "metric", 0)).toEqual(["metric", 0, 1, 2]);
  expect(moveAxis(AXES, 1, 1)).toEqual(AXES);
  expect(moveAxis(AXES, 1, 99)).toEqual([0, 2, "metric", 1]);
  expect(moveAxis(AXES, 1, -1)).toEqual([1, 0, 2, "metric"]);
});
