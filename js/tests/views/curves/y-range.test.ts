import { describe, expect, test } from "vitest";
import { isPositive, yRange } from "../../../src/views/curves/y-range.ts";
import { generator } from "../../samples.ts";
import { buckets, line } from "./lines.ts";

const everywhere = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
const linear = { full: false, log: false };

/** 400 values, evenly from 1 to 5. */
const even = Array.from({ length: 400 }, (_, i) => 1 + i / 99.75);

describe("the range", () => {
  test("holds all values, with some space, where none lies far out", () => {
    const range = yRange([line(0, even)], everywhere, linear);
    expect(range.low).toBeGreaterThan(0.5);
    expect(range.low).toBeLessThan(1);
    expect(range.high).toBeGreaterThan(5);
    expect(range.high).toBeLessThan(5.5);
    expect(range.outside).toBe(0);
  });

  test("leaves out the few that lie far out, and counts their runs", () => {
    const lines = [line(0, even), line(1, [1e6, 2, -1e6]), line(2, [3, 1e9])];
    const range = yRange(lines, everywhere, linear);
    expect(range.low).toBeGreaterThan(0.5);
    expect(range.high).toBeLessThan(5.5);
    expect(range.outside).toBe(2);
  });

  test("never cuts the better end", () => {
    const lines = [line(0, even), line(1, [1e6, 2, -1e6]), line(2, [3, 1e9])];
    const maximized = yRange(lines, everywhere, { ...linear, better: "high" });
    expect(maximized.high).toBeGreaterThan(1e9);
    const minimized = yRange(lines, everywhere, { ...linear, better: "low" });
    expect(minimized.low).toBeLessThan(-1e6);
  });

  test("cuts the worse end as far as few values lie there", () => {
    const diverged = Array.from({ length: 15 }, (_, i) => line(i + 1, [100 + i]));
    const lines = [line(0, even), ...diverged];
    expect(yRange(lines, everywhere, linear).high).toBeGreaterThan(100);
    const minimized = yRange(lines, everywhere, { ...linear, better: "low" });
    expect(minimized.low).toBeLessThan(1);
    expect(minimized.high).toBeLessThan(12);
    expect(minimized.outside).toBe(15);
    const flipped = lines.map((each) =>
      line(
        each.run,
        Array.from(each.last, (value) => -value),
      ),
    );
    expect(yRange(flipped, everywhere, { ...linear, better: "high" }).low).toBeGreaterThan(-12);
  });

  test("holds them, too, when all are wanted", () => {
    const lines = [line(0, even), line(1, [1000])];
    const range = yRange(lines, everywhere, { ...linear, full: true });
    expect(range.high).toBeGreaterThan(1000);
    expect(range.outside).toBe(0);
  });

  test("cuts an end only where that gains much", () => {
    expect(yRange([line(0, even), line(1, [6])], everywhere, linear).outside).toBe(0);
  });

  test("counts a spike inside a bucket", () => {
    const spike = buckets(1, [[2, 1e6, 3]]);
    expect(yRange([line(0, even), spike], everywhere, linear).outside).toBe(1);
  });

  test("is that of the window", () => {
    const range = yRange([line(0, [100, 1, 2, 3, 100])], { low: 2, high: 4 }, linear);
    expect(range.low).toBeGreaterThan(0);
    expect(range.high).toBeLessThan(4);
    expect(range.outside).toBe(0);
  });

  test("does not look as if a value could be negative where none is", () => {
    expect(yRange([line(0, [0.001, 1])], everywhere, linear).low).toBe(0);
    expect(yRange([line(0, [-0.001, 1])], everywhere, linear).low).toBeLessThan(-0.001);
  });

  test("has space around a constant", () => {
    expect(yRange([line(0, [0.5, 0.5])], everywhere, linear)).toMatchObject({
      low: 0.45,
      high: 0.55,
    });
    expect(yRange([line(0, [0])], everywhere, linear)).toMatchObject({ low: -1, high: 1 });
    expect(yRange([line(0, [-2])], everywhere, linear)).toMatchObject({ low: -2.2, high: -1.8 });
  });

  test("says when there is nothing to show", () => {
    const window = { low: 5, high: 9 };
    expect(yRange([line(0, [1, 2])], everywhere, linear).empty).toBe(false);
    expect(yRange([line(0, [1, 2])], window, linear).empty).toBe(true);
    expect(yRange([line(0, [Number.NaN])], everywhere, linear).empty).toBe(true);
  });

  test("of very many values is that of some of them, but counts all that lie outside", () => {
    const random = generator(5);
    const lines = Array.from({ length: 300 }, (_, run) =>
      line(
        run,
        // Every 16th step is a spike: 6 % of all, which is no tail.
        Array.from({ length: 1000 }, (_, i) => (i % 16 === 3 ? 50 : random())),
      ),
    );
    const spiked = yRange(lines, everywhere, linear);
    expect(spiked.high).toBeGreaterThan(50);
    const far = yRange([...lines, line(300, [1e6]), line(301, [-1e6])], everywhere, linear);
    expect(far).toMatchObject({ high: spiked.high, outside: 2 });
  });

  test("leaves NaN out, and is some range when there is nothing else", () => {
    const range = yRange([line(0, [Number.NaN, 2, 4])], everywhere, linear);
    expect([range.low < 2, range.high > 4, range.outside]).toEqual([true, true, 0]);
    expect(yRange([line(0, [Number.NaN])], everywhere, linear)).toMatchObject({ low: 0, high: 1 });
    expect(yRange([], everywhere, { full: false, log: true }).low).toBeGreaterThan(0);
  });

  test("is positive on a logarithmic axis, with equal space in decades", () => {
    const range = yRange([line(0, [1e-6, 1])], everywhere, { full: false, log: true });
    expect(range.low).toBeGreaterThan(1e-7);
    expect(range.low).toBeLessThan(1e-6);
    expect(range.high).toBeGreaterThan(1);
    expect(range.high).toBeLessThan(10);
  });

  test("rarely moves while values come", () => {
    const random = generator(3);
    const values: number[] = [0, 1];
    const seen = new Set<string>();
    for (let i = 0; i < 200; i++) {
      values.push(random());
      const { low, high } = yRange([line(0, values)], everywhere, { ...linear, full: true });
      seen.add(`${low} ${high}`);
    }
    expect(seen.size).toBe(1);
  });
});

test("a logarithmic axis needs positive values", () => {
  expect(isPositive([line(0, [1, 2]), line(1, [1e-9])])).toBe(true);
  expect(isPositive([line(0, [1, 0])])).toBe(false);
  expect(isPositive([line(0, [1]), buckets(1, [[-1, 5, 5]])])).toBe(false);
  expect(isPositive([line(0, [1, Number.NaN])])).toBe(true);
});
