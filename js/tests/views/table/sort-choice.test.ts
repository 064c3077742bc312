import { expect, it } from "vitest";
import type { Sort } from "../../../src/state/settings.ts";
import { isDescending, sortedBy } from "../../../src/views/table/sort-choice.ts";

const byBest: readonly Sort[] = [{ column: "best", order: "best" }];

it("turns the order round with each further click on the same title", () => {
  const worst = sortedBy(byBest, "best", false);
  expect(worst).toEqual([{ column: "best", order: "worst" }]);
  expect(sortedBy(worst, "best", false)).toEqual(byBest);
});

it("begins with the best of the metric's columns and with the least of the others", () => {
  expect(sortedBy(byBest, 0, false)).toEqual([{ column: 0, order: "ascending" }]);
  expect(sortedBy(byBest, "last", false)).toEqual([{ column: "last", order: "best" }]);
});

it("adds a column after the others with Shift, and turns it round where it stands", () => {
  const both = sortedBy(byBest, "run", true);
  expect(both).toEqual([...byBest, { column: "run", order: "ascending" }]);
  expect(sortedBy(both, "best", true)).toEqual([{ column: "best", order: "worst" }, both[1]]);
});

it("goes back to one column with a plain click, in its first order", () => {
  const both = sortedBy(sortedBy(byBest, "best", false), "run", true);
  expect(sortedBy(both, "best", false)).toEqual(byBest);
});

it.each([
  ["best", "maximize", true],
  ["best", "minimize", false],
  ["worst", "maximize", false],
  ["worst", "minimize", true],
  ["ascending", "maximize", false],
  ["descending", "minimize", true],
] as const)("puts large values first: %s, to %s: %s", (order, goal, descending) => {
  expect(isDescending(order, goal)).toBe(descending);
});
