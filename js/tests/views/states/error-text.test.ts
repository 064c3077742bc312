import { expect, it } from "vitest";
import { summaryOf } from "../../../src/views/states/error-text.ts";

it.each([
  ["ValueError: no", "ValueError: no"],
  ["  The first five runs failed.\nSee the log.\n", "The first five runs failed."],
  ['Traceback (most recent call last):\n  File "a.py"\nKeyError: 1\n\n', "KeyError: 1"],
  ["", ""],
])("sums up %j as %j", (text, summary) => {
  expect(summaryOf(text)).toBe(summary);
});

it("cuts what is long", () => {
  expect(summaryOf("x".repeat(10_000))).toBe(`${"x".repeat(240)}…`);
});
