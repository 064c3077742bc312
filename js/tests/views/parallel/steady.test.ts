import { effect, signal } from "@preact/signals";
import { expect, it } from "vitest";
import { sameMaps, steady } from "../../../src/views/parallel/steady.ts";

it("wakes nobody while its value is the same", () => {
  const source = signal(1);
  const parity = steady(
    () => ({ odd: source.value % 2 === 1 }),
    (one, other) => one.odd === other.odd,
  );
  const seen: boolean[] = [];
  effect(() => {
    seen.push(parity.value.odd);
  });
  source.value = 3;
  source.value = 4;
  source.value = 6;
  expect(seen).toEqual([true, false]);
});

it("compares maps by keys, order and values", () => {
  const same = sameMaps<string, number>((one, other) => one === other);
  const map = new Map([
    ["a", 1],
    ["b", 2],
  ]);
  expect(same(map, new Map(map))).toBe(true);
  expect(same(map, new Map([["a", 1]]))).toBe(false);
  expect(
    same(
      map,
      new Map([
        ["b", 2],
        ["a", 1],
      ]),
    ),
  ).toBe(false);
  expect(
    same(
      map,
      new Map([
        ["a", 1],
        ["b", 3],
      ]),
    ),
  ).toBe(false);
});
