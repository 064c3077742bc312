import { describe, expect, it } from "vitest";
import { Curve } from "../../src/state/curve.ts";
import { Curves } from "../../src/state/curves.ts";
import { type Point, packCurve, packCurves, packPoints } from "../packing.ts";
import { digits } from "../samples.ts";

const small = { ...digits, buckets: { primary: 4, other: 2 } };

function curves(metrics = ["accuracy", "loss"]): Curves {
  const made = new Curves(small);
  made.metrics = metrics;
  return made;
}

function view(bytes: ArrayBuffer): DataView {
  return new DataView(bytes);
}

function take(to: Curves, points: readonly Point[]): void {
  const bytes = view(packPoints(points));
  to.checkPoints(bytes, to.metrics.length, 10);
  to.unpackPoints(bytes);
}

function columns(curve: Curve | undefined) {
  if (curve === undefined) return undefined;
  const { buckets, width, count } = curve;
  const [low, high, last, step, time] = [
    curve.low,
    curve.high,
    curve.last,
    curve.step,
    curve.time,
  ].map((column) => [...column.subarray(0, buckets)]);
  return { width, count, low, high, last, step, time };
}

it("finds a curve by its metric and its run", () => {
  const all = curves();
  all.unpackCurves(
    view(
      packCurves([
        { run: 0, values: [1, 2] },
        { run: 3, metric: 1, values: [3] },
      ]),
    ),
    4,
  );
  expect(columns(all.get("accuracy", 0))?.last).toEqual([1, 2]);
  expect(columns(all.get("loss", 3))?.last).toEqual([3]);
  expect(all.get("accuracy", 3)).toBeUndefined();
  expect(all.get("unheard of", 0)).toBeUndefined();
});

it("works out steps that are evenly spaced", () => {
  const all = curves();
  const bytes = packCurves([{ run: 0, values: [1, 2, 3] }]);
  view(bytes).setFloat64(16, 10, true);
  view(bytes).setFloat64(24, 5, true);
  all.unpackCurves(view(bytes), 1);
  expect(columns(all.get("accuracy", 0))?.step).toEqual([10, 15, 20]);
});

it.each([3, 4, 5, 9, 16, 17])(
  "takes a curve of %d points as it is, and goes on with it",
  (count) => {
    const points = Array.from({ length: count }, (_, seq) => ({
      run: 0,
      seq,
      value: (seq * 7) % 5,
    }));
    const source = curves();
    take(source, points);
    const copy = curves();
    const bytes = packCurve(0, 0, source.get("accuracy", 0) ?? new Curve(4));
    copy.unpackCurves(view(bytes), 1);
    expect(columns(copy.get("accuracy", 0))).toEqual(columns(source.get("accuracy", 0)));
    const next = [{ run: 0, seq: count, value: 9 }];
    take(copy, next);
    take(source, next);
    expect(columns(copy.get("accuracy", 0))).toEqual(columns(source.get("accuracy", 0)));
  },
);

it("gives the primary metric more buckets than the others", () => {
  const all = curves();
  const seqs = [0, 1, 2, 3];
  take(
    all,
    [0, 1].flatMap((metric) => seqs.map((seq) => ({ run: 0, metric, seq, value: seq }))),
  );
  expect(all.get("accuracy", 0)?.width).toBe(1);
  expect(all.get("loss", 0)?.width).toBe(2);
});

it("leaves points alone that are there already", () => {
  const all = curves();
  take(all, [{ run: 0, seq: 0, value: 1 }]);
  take(all, [
    { run: 0, seq: 0, value: 5 },
    { run: 0, seq: 1, value: 2 },
  ]);
  expect(columns(all.get("accuracy", 0))?.last).toEqual([1, 2]);
});

describe("refuses", () => {
  const whole = packCurves([{ run: 0, values: [1, 2, 3] }]);

  it.each([1, 31, 33, whole.byteLength - 4])("a curve that ends after %d bytes", (length) => {
    expect(() => curves().unpackCurves(new DataView(whole, 0, length), 1)).toThrow(
      `Curves must be whole, but one ends after ${length} bytes.`,
    );
  });

  it.each([
    [1, 5],
    [3, 6],
    [0, 1],
  ])("a curve of buckets %d wide with %d points", (width, count) => {
    const bytes = packCurves([{ run: 0, values: Array.from({ length: count }, () => 1) }]);
    view(bytes).setUint32(8, width, true);
    expect(() => curves().unpackCurves(view(bytes), 1)).toThrow(
      "A curve must have at most 4 buckets whose width is a power of two, " +
        `but ${count} points came in buckets of ${width}.`,
    );
  });

  it("curves and points of a run or a metric that is not there", () => {
    const stray = packCurves([{ run: 7, metric: 1, values: [1] }]);
    expect(() => curves().unpackCurves(view(stray), 7)).toThrow(
      "Values must be of one of 2 metrics and 7 runs, but got metric 1 of run 7.",
    );
    const point = view(packPoints([{ run: 0, metric: 2, seq: 0, value: 1 }]));
    expect(() => curves().checkPoints(point, 2, 1)).toThrow(
      "Values must be of one of 2 metrics and 1 runs, but got metric 2 of run 0.",
    );
  });

  it("half a point", () => {
    expect(() => curves().checkPoints(view(new ArrayBuffer(25)), 1, 1)).toThrow(
      "Points must come in 24 bytes each, but 25 bytes came.",
    );
  });

  it("points with one missing between them", () => {
    const all = curves();
    take(all, [{ run: 0, seq: 0, value: 1 }]);
    const points = [
      { run: 0, seq: 1, value: 1 },
      { run: 0, seq: 3, value: 1 },
    ];
    expect(() => take(all, points)).toThrow("Point 3 came after 2 points.");
    expect(all.get("accuracy", 0)?.count).toBe(1);
  });

  it("metrics that change their places", () => {
    expect(() => curves().checkMetrics(["accuracy", "loss", "f1"])).not.toThrow();
    for (const metrics of [["accuracy"], ["loss", "accuracy"], []]) {
      expect(() => curves().checkMetrics(metrics)).toThrow(
        `The metrics must begin with accuracy, loss, but got ${metrics.join(", ")}.`,
      );
    }
  });
});
