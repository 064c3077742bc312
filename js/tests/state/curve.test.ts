import { describe, expect, it } from "vitest";
import { Curve } from "../../src/state/curve.ts";
import { generator } from "../samples.ts";

const COLUMNS = ["low", "high", "last", "step", "time"] as const;

/** What a curve shows, without the room that it keeps for more. */
function shown(curve: Curve) {
  const columns = COLUMNS.map((name) => [name, [...curve[name].subarray(0, curve.buckets)]]);
  return { width: curve.width, count: curve.count, ...Object.fromEntries(columns) };
}

function curveOf(values: readonly number[], capacity: number): Curve {
  const curve = new Curve(capacity);
  values.forEach((value, seq) => {
    curve.append(value, seq + 1, seq / 2);
  });
  return curve;
}

/** What a curve must show, worked out at once from all values. */
function expected(values: readonly number[], capacity: number) {
  const single = values.map(Math.fround).map((v) => (Number.isFinite(v) ? v : Number.NaN));
  let width = 1;
  while (values.length > capacity * width) width *= 2;
  const parts = Array.from({ length: Math.ceil(values.length / width) }, (_, bucket) =>
    single.slice(bucket * width, (bucket + 1) * width),
  );
  const ends = parts.map((part, bucket) => bucket * width + part.length);
  const extreme = (of: (...numbers: number[]) => number) =>
    parts.map((part) => {
      const numbers = part.filter((value) => !Number.isNaN(value));
      return numbers.length > 0 ? of(...numbers) : Number.NaN;
    });
  return {
    width,
    count: values.length,
    low: extreme(Math.min),
    high: extreme(Math.max),
    last: parts.map((part) => part.at(-1)),
    step: ends,
    time: ends.map((end) => (end - 1) / 2),
  };
}

/** Values of many sizes; some are no numbers, some are beyond single precision. */
function logged(count: number, seed: number): number[] {
  const random = generator(seed);
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e39, -1e39];
  return Array.from({ length: count }, () =>
    random() < 0.2 ? (odd[Math.floor(5 * random())] ?? 0) : (random() - 0.5) * 10 ** (9 * random()),
  );
}

it.each([
  [0, 2],
  [1, 2],
  [2, 2],
  [3, 2],
  [7, 4],
  [8, 4],
  [9, 4],
  [33, 8],
  [100, 6],
  [1000, 10],
])("holds %d values in at most %d buckets", (count, capacity) => {
  const values = logged(count, count);
  const curve = curveOf(values, capacity);
  expect(shown(curve)).toEqual(expected(values, capacity));
  expect(curve.buckets).toBeLessThanOrEqual(capacity);
});

it("is the same however it came: point by point, or first a part as a whole", () => {
  const capacity = 6;
  const values = logged(60, 3);
  const whole = shown(curveOf(values, capacity));
  for (let first = 0; first <= values.length; first++) {
    const begun = shown(curveOf(values.slice(0, first), capacity));
    const columns = COLUMNS.map((name) => [name, new Float32Array(begun[name])]);
    const curve = new Curve(capacity);
    curve.fill(begun.width, begun.count, Object.fromEntries(columns));
    values.slice(first).forEach((value, index) => {
      curve.append(value, first + index + 1, (first + index) / 2);
    });
    expect(shown(curve)).toEqual(whole);
  }
});

describe("what has no place in a chart", () => {
  it.each([
    ["NaN", Number.NaN],
    ["infinite", Number.POSITIVE_INFINITY],
    ["beyond single precision", 1e39],
  ])("counts when it is %s, and nothing is drawn there", (_, value) => {
    const curve = curveOf([value], 4);
    expect(shown(curve)).toMatchObject({ count: 1, low: [Number.NaN], last: [Number.NaN] });
  });

  it("does not hide the numbers beside it", () => {
    const curve = curveOf([Number.NaN, 3, 5, Number.NaN, Number.NaN], 2);
    expect(shown(curve)).toMatchObject({
      width: 4,
      low: [3, Number.NaN],
      high: [5, Number.NaN],
      last: [Number.NaN, Number.NaN],
    });
  });
});

it("keeps room for no more buckets than there may be", () => {
  const curve = curveOf(logged(500, 1), 20);
  for (const name of COLUMNS) expect(curve[name]).toHaveLength(20);
});
