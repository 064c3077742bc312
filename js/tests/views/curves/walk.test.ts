import { expect, test } from "vitest";
import type { Scene } from "../../../src/views/curves/scene.ts";
import { sceneOf } from "../../../src/views/curves/scene.ts";
import { isInScene, step } from "../../../src/views/curves/walk.ts";
import { digits, session, snapshot } from "../../samples.ts";

/** Three runs: 0 ends between the others, 2 is the best and ends early, 1 has a gap. */
function scene(
  mask = [1, 1, 1],
  zoom: Scene["x"] | null = null,
  values: readonly (readonly number[])[] = THREE,
): Scene {
  const rows = values.map((each, number) => ({
    number,
    standing: "Running",
    best: Math.max(...each.filter((value) => !Number.isNaN(value))),
    params: [0.1, 0, 0.5],
  }));
  const curves = values.map((each, run) => ({ run, values: each }));
  const data = session(digits, snapshot(digits, { rows, curves })).store.data.peek();
  if (data === null) throw new Error("The sample is not shown.");
  const look = { metric: "accuracy", x: "step", log: false, full: false, zoom } as const;
  return sceneOf(data, Uint8Array.from(mask), look);
}

const THREE = [
  [0.1, 0.2, 0.3, 0.4],
  [0.2, Number.NaN, 0.1, 0.1],
  [0.3, 0.9],
];

test("an arrow begins at the end of the best curve", () => {
  expect(step(scene(), null, "ArrowLeft")).toEqual({ run: 2, bucket: 1 });
});

test("left and right go along the curve, over gaps, and stop at its ends", () => {
  expect(step(scene(), { run: 1, bucket: 0 }, "ArrowRight")).toEqual({ run: 1, bucket: 2 });
  expect(step(scene(), { run: 1, bucket: 2 }, "ArrowLeft")).toEqual({ run: 1, bucket: 0 });
  expect(step(scene(), { run: 1, bucket: 3 }, "ArrowRight")).toEqual({ run: 1, bucket: 3 });
});

test("up and down go to the next curve at that step, and stop at the last", () => {
  expect(step(scene(), { run: 0, bucket: 0 }, "ArrowUp")).toEqual({ run: 1, bucket: 0 });
  expect(step(scene(), { run: 1, bucket: 0 }, "ArrowUp")).toEqual({ run: 2, bucket: 0 });
  expect(step(scene(), { run: 2, bucket: 0 }, "ArrowUp")).toEqual({ run: 2, bucket: 0 });
  expect(step(scene(), { run: 0, bucket: 2 }, "ArrowDown")).toEqual({ run: 1, bucket: 2 });
});

test("a curve that has ended, or has a gap there, is passed over", () => {
  expect(step(scene(), { run: 0, bucket: 1 }, "ArrowDown")).toEqual({ run: 0, bucket: 1 });
  expect(step(scene(), { run: 1, bucket: 2 }, "ArrowUp")).toEqual({ run: 0, bucket: 2 });
  expect(step(scene(), { run: 0, bucket: 2 }, "ArrowUp")).toEqual({ run: 0, bucket: 2 });
});

test("from a run that the filter has taken away, it begins anew", () => {
  const filtered = scene([1, 1, 0]);
  expect(isInScene(filtered, { run: 2, bucket: 1 })).toBe(false);
  expect(step(filtered, { run: 2, bucket: 1 }, "ArrowUp")).toEqual({ run: 0, bucket: 3 });
});

test("so it does from a value that there is no longer", () => {
  for (const bucket of [1, 7]) {
    expect(isInScene(scene(), { run: 1, bucket })).toBe(false);
    expect(step(scene(), { run: 1, bucket }, "ArrowLeft")).toEqual({ run: 2, bucket: 1 });
  }
});

test("a zoom confines it", () => {
  const zoomed = scene([1, 1, 1], { low: 3, high: 4 });
  expect(step(zoomed, null, "ArrowLeft")).toEqual({ run: 0, bucket: 3 });
  expect(step(zoomed, { run: 0, bucket: 2 }, "ArrowLeft")).toEqual({ run: 0, bucket: 2 });
  expect(step(zoomed, { run: 0, bucket: 0 }, "ArrowLeft")).toEqual({ run: 0, bucket: 3 });
});

test("runs without a value are passed over, and it goes nowhere where all are", () => {
  const none = [Number.NaN, Number.NaN];
  expect(step(scene([1, 1, 1], null, [none, none, [0.5, 0.6]]), null, "ArrowUp")).toEqual({
    run: 2,
    bucket: 1,
  });
  expect(step(scene([1, 1], null, [none, none]), null, "ArrowLeft")).toBeNull();
});

test("in a scatter it goes from run to run with a value", () => {
  const scatter = {
    ...scene([1, 1, 1], null, [[0.5], [Number.NaN], [0.7]]),
    abscissa: "run",
  } as const;
  expect(step(scatter, { run: 0, bucket: 0 }, "ArrowRight")).toEqual({ run: 2, bucket: 0 });
  expect(step(scatter, { run: 2, bucket: 0 }, "ArrowLeft")).toEqual({ run: 0, bucket: 0 });
  expect(step(scatter, { run: 0, bucket: 0 }, "ArrowLeft")).toEqual({ run: 0, bucket: 0 });
});

test("other keys mean nothing", () => {
  expect(step(scene(), null, "a")).toBeNull();
});
