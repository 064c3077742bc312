import { describe, expect, test } from "vitest";
import type { Data } from "../../../src/state/run-store.ts";
import { type Look, sceneOf } from "../../../src/views/curves/scene.ts";
import { digits, session, snapshot } from "../../samples.ts";

const look: Look = { metric: "accuracy", x: "step", log: false, full: false, zoom: null };
const all = new Uint8Array(100).fill(1);

function dataOf(values: readonly (readonly number[])[], standing = "Completed"): Data {
  const rows = values.map((each, number) => ({
    number,
    standing,
    best: each.length > 0 ? Math.max(...each) : Number.NaN,
    params: [0.1, 0, 0.5],
  }));
  const curves = values.flatMap((each, run) => (each.length > 0 ? [{ run, values: each }] : []));
  const data = session(digits, snapshot(digits, { rows, curves })).store.data.peek();
  if (data === null) throw new Error("The sample is not shown.");
  return data;
}

describe("lines", () => {
  test("runs without a value have none; a filter leaves some out of the picture", () => {
    const data = dataOf([[0.1, 0.2], [], [0.3, 0.4], [0.5, 0.6]]);
    const scene = sceneOf(data, Uint8Array.of(1, 1, 0, 1), look);
    expect(scene.all.map(({ run }) => run)).toEqual([0, 2, 3]);
    expect(scene.shown.map(({ run }) => run)).toEqual([0, 3]);
    expect(scene.best).toEqual([3, 0]);
    expect(scene.reached).toEqual({ worst: 0.2, best: 0.6 });
  });

  test("another metric that nobody logged has none", () => {
    expect(sceneOf(dataOf([[0.1]]), all, { ...look, metric: "loss" }).all).toEqual([]);
  });
});

describe("the x axis", () => {
  test("counts intervals where the steps are 1, 2, 3", () => {
    const scene = sceneOf(dataOf([[0.1, 0.2, 0.3]]), all, look);
    expect(scene).toMatchObject({ xTitle: "interval", whole: true, x: { low: 1, high: 3 } });
  });

  test("shows the runs' own steps where they are others", () => {
    const data = dataOf([[0.1, 0.2]]);
    data.curves.get("accuracy", 0)?.step.set([50, 100.5]);
    const scene = sceneOf(data, all, look);
    expect(scene).toMatchObject({ xTitle: "step", whole: false, x: { low: 50, high: 100.5 } });
  });

  test("shows the time on request", () => {
    const scene = sceneOf(dataOf([[0.1, 0.2, 0.3]]), all, { ...look, x: "time" });
    expect(scene).toMatchObject({ xTitle: "elapsed time", x: { low: 0, high: 2 } });
  });

  test("has space around a single value, and is some range without one", () => {
    expect(sceneOf(dataOf([[0.1]]), all, look).x).toEqual({ low: 0, high: 2 });
    expect(sceneOf(dataOf([]), all, look).x).toEqual({ low: 0, high: 1 });
  });

  test("keeps the zoom, and y follows it", () => {
    const zoom = { low: 2, high: 3 };
    const scene = sceneOf(dataOf([[0.1, 5, 6, 0.1]]), all, { ...look, zoom });
    expect(scene.x).toEqual(zoom);
    expect(scene.y.low).toBeGreaterThan(4);
  });
});

describe("a scatter by run", () => {
  test("is shown when every run logs once", () => {
    const scene = sceneOf(dataOf([[0.1], [], [0.3], [0.2]]), all, look);
    expect(scene).toMatchObject({ abscissa: "run", xTitle: "run", x: { low: 0, high: 3 } });
    expect(scene.shown.map(({ x }) => x[0])).toEqual([0, 2, 3]);
  });

  test("is not, while runs may log more, or when one did", () => {
    expect(sceneOf(dataOf([[0.1], [0.2]], "Running"), all, look).abscissa).toBe("step");
    expect(sceneOf(dataOf([[0.1], [0.2], [0.3, 0.4]]), all, look).abscissa).toBe("step");
  });
});

test("y is logarithmic only where the shown values are positive", () => {
  const data = dataOf([
    [0.1, 0.2],
    [-0.1, 0.2],
  ]);
  expect(sceneOf(data, all, { ...look, log: true })).toMatchObject({ log: false, positive: false });
  const shown = Uint8Array.of(1, 0);
  expect(sceneOf(data, shown, { ...look, log: true })).toMatchObject({ log: true, positive: true });
});
