import { effect } from "@preact/signals";
import { beforeEach, describe, expect, it } from "vitest";
import type { Session } from "../../../src/state/session.ts";
import { ParallelModel } from "../../../src/views/parallel/parallel-model.ts";
import { CREATED, delta, digits, session, snapshot } from "../../samples.ts";
import { theme } from "../drawing.ts";
import { stubCanvas } from "./stage.ts";

const row = (number: number, best: number, params = [0.1, 0, 0.5]) => ({
  number,
  standing: "Running",
  best,
  params,
});

let watched: Session;
let model: ParallelModel;
beforeEach(() => {
  stubCanvas();
  const rows = [row(0, 0.5), row(1, 0.9, [0.01, 3, 0.2]), row(2, Number.NaN)];
  watched = session(digits, snapshot(digits, { rows }));
  model = new ParallelModel(watched, theme);
  model.size.value = { width: 900, height: 300 };
});

let sent = 0;
function receive(rows: ReturnType<typeof row>[]): void {
  const { content, buffers } = delta(digits, { number: ++sent, rows });
  watched.store.receive(content, buffers, CREATED + 60);
  expect(watched.store.problem.value).toBeNull();
}

describe("a live update", () => {
  beforeEach(() => {
    sent = 0;
  });

  it("that changes nothing here draws nothing anew", () => {
    let drawn = 0;
    effect(() => {
      void [model.lines.value, model.levels.value, model.mask.value, model.ticks.value];
      drawn += 1;
    });
    receive([row(0, 0.5)]);
    receive([row(1, 0.9, [0.01, 3, 0.2])]);
    expect(drawn).toBe(1);
    receive([row(2, 0.7)]);
    expect(drawn).toBeGreaterThan(1);
  });

  it("brings runs, and values that extend an axis", () => {
    receive([row(3, 0.95, [3, 1, 0.1])]);
    expect(model.lines.value.count).toBe(4);
    expect(model.scales.value.get(0)?.high).toBe(3);
    expect(model.scales.value.get("metric")?.high).toBe(0.95);
    expect(model.levels.value.order.at(-1)).toBe(3);
  });

  it("keeps order, brushes and the chosen axis", () => {
    watched.settings.axes.value = [2, "metric", 0, 1];
    watched.linked.brush(0, [{ low: 0.05, high: 1 }]);
    model.choose(2);
    receive([row(3, 0.95, [3, 1, 0.1])]);
    expect(model.order.value).toEqual([2, "metric", 0, 1]);
    expect(model.chosen.value).toBe(2);
    expect([...model.mask.value]).toEqual([1, 0, 1, 0]);
  });
});

it("passes runs without a value below the axis, and says on which there are some", () => {
  const { lines, layout } = model;
  expect(lines.value.along[3]?.[2]).toBe(layout.value.none);
  expect(Object.fromEntries(model.gaps.value)).toEqual({ 0: "", 1: "", 2: "", metric: "none" });
});

it("has a dragged axis under the pointer, and the others make room", () => {
  model.dragged.value = { axis: 0, across: 333, order: [1, 0, 2, "metric"] };
  const { first, gap } = model.layout.value;
  expect([...model.lines.value.across]).toEqual(
    [first, 333, first + 2 * gap, first + 3 * gap].map(Math.fround),
  );
  expect(watched.settings.axes.value).toBeNull();
});

it("is empty before there is data", () => {
  const pending = new ParallelModel(session(digits), theme);
  expect(pending.order.value).toEqual([]);
  expect(pending.lines.value.count).toBe(0);
});
