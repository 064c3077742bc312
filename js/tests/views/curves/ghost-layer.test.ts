import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GhostLayer } from "../../../src/views/curves/ghost-layer.ts";
import { sceneOf } from "../../../src/views/curves/scene.ts";
import { digits, session, snapshot } from "../../samples.ts";
import { theme } from "../drawing.ts";
import { frame } from "./lines.ts";

/** A context that draws nothing but counts the strokes of lines. */
class Pen {
  readonly canvas = { width: 100, height: 100 };
  strokes = 0;
  stroke() {
    this.strokes += 1;
  }
  save() {}
  restore() {}
  beginPath() {}
  rect() {}
  clip() {}
  moveTo() {}
  lineTo() {}
  drawImage() {}
}

let kept: Pen;
beforeEach(() => {
  kept = new Pen();
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockImplementation(() => kept as never);
});
afterEach(() => vi.restoreAllMocks());

/** Four completed runs and one that is under way. */
function study() {
  const rows = Array.from({ length: 5 }, (_, number) => ({
    number,
    standing: number < 4 ? "Completed" : "Running",
    best: 0.5,
    params: [0.1, 0, 0.5],
  }));
  const curves = rows.map(({ number }) => ({ run: number, values: [0.1, 0.2, 0.5] }));
  const data = session(digits, snapshot(digits, { rows, curves })).store.data.peek();
  if (data === null) throw new Error("The sample is not shown.");
  return data;
}

function painter() {
  const data = study();
  const layer = new GhostLayer();
  const mask = Uint8Array.of(1, 1, 1, 1, 1);
  const look = { metric: "accuracy", x: "step", log: false, full: false, zoom: null } as const;
  /** Paint, and return the strokes on the kept canvas and on the chart's. */
  const paint = (within = frame) => {
    const chart = new Pen();
    kept.strokes = 0;
    layer.paint(chart as never, sceneOf(data, mask, look), within, theme.peek(), 1);
    return [kept.strokes, chart.strokes];
  };
  return { data, mask, paint };
}

test("ended runs are kept, those under way are drawn each time", () => {
  const { paint } = painter();
  expect(paint()).toEqual([4, 1]);
  expect(paint()).toEqual([0, 1]);
});

test("a run that ends is added to those that are kept", () => {
  const { data, paint } = painter();
  paint();
  data.rows.standing[4] = data.study.standings.indexOf("Completed");
  expect(paint()).toEqual([1, 0]);
});

test("all are drawn anew where the axes, the filter or a curve have changed", () => {
  const { data, mask, paint } = painter();
  paint();
  expect(paint({ ...frame, y: { low: 0, high: 5 } })).toEqual([4, 1]);
  mask[0] = 0;
  expect(paint({ ...frame, y: { low: 0, high: 5 } })).toEqual([3, 1]);
  data.curves.get("accuracy", 1)?.append(0.6, 4, 4);
  expect(paint({ ...frame, y: { low: 0, high: 5 } })).toEqual([3, 1]);
});
