import { expect, test } from "vitest";
import { orderStatistic } from "../../../src/views/curves/order-statistic.ts";
import { generator } from "../../samples.ts";

test.each([1, 2, 3, 10, 1000])("finds what sorting would, of %i values", (count) => {
  const random = generator(count);
  const values = Float32Array.from({ length: count }, () => Math.floor(20 * random()) - 10);
  const sorted = values.slice().sort();
  for (let rank = 0; rank < count; rank++) {
    expect(orderStatistic(values.slice(), rank)).toBe(sorted[rank]);
  }
});

test("takes equal, rising and falling values", () => {
  expect(orderStatistic(new Float32Array(5000).fill(3), 2500)).toBe(3);
  const rising = Float32Array.from({ length: 5000 }, (_, i) => i);
  expect(orderStatistic(rising.slice(), 4999)).toBe(4999);
  expect(orderStatistic(rising.slice().reverse(), 50)).toBe(50);
});
