import type { Frame } from "../../../src/views/curves/frame.ts";
import type { Line } from "../../../src/views/curves/line.ts";

/** A line with a value in each bucket, at x = 1, 2, 3, …, or at those that are given. */
export function line(run: number, values: readonly number[], x?: readonly number[]): Line {
  return buckets(
    run,
    values.map((value) => [value, value, value]),
    x,
  );
}

/** A line whose buckets are `[low, high, last]`. */
export function buckets(
  run: number,
  values: readonly (readonly [low: number, high: number, last: number])[],
  x: readonly number[] = values.map((_, index) => index + 1),
): Line {
  const column = (index: 0 | 1 | 2) => Float32Array.from(values, (bucket) => bucket[index]);
  return {
    run,
    length: values.length,
    count: values.length,
    start: x[0] ?? 0,
    x: Float32Array.from(x),
    low: column(0),
    high: column(1),
    last: column(2),
  };
}

/** A frame of 100 x 100 pixels that shows both axes from 0 to 10: a unit is 10 pixels. */
export const frame: Frame = {
  left: 0,
  top: 0,
  width: 100,
  height: 100,
  x: { low: 0, high: 10 },
  y: { low: 0, high: 10 },
  log: false,
};
