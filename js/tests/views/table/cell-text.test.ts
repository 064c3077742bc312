import { expect, it } from "vitest";
import type { Dimension } from "../../../src/state/study.ts";
import {
  formatDuration,
  formatParameter,
  formatReason,
  formatSignificant,
  formatStarted,
} from "../../../src/views/table/cell-text.ts";

it.each([
  [0.97, "0.97000"],
  [0.0512345678, "0.051235"],
  [1, "1.0000"],
  [0, "0.0000"],
  [-12.5, "-12.500"],
  [312, "312"],
  [1234567, "1234567"],
  [99999.97, "1.0000e+5"],
  [123456.7, "1.2346e+5"],
  [0.00032, "3.2000e-4"],
  [Number.NaN, "–"],
  [Number.POSITIVE_INFINITY, "∞"],
  [Number.NEGATIVE_INFINITY, "-∞"],
])("shows %d in five digits as %s", (value, text) => {
  expect(formatSignificant(value, 5)).toBe(text);
});

function number(over: Partial<Dimension & { kind: "number" }>): Dimension {
  return { kind: "number", name: "x", scale: "linear", low: 0, high: 1, integer: false, ...over };
}

it.each([
  ["a log scale by its magnitude", number({ scale: "log" }), 0.00123456, "0.00123"],
  ["the far end of a log scale", number({ scale: "log" }), 0.0000123456, "1.23e-5"],
  ["a range up to one", number({ high: 0.95 }), 0.5, "0.500"],
  ["a wide range", number({ low: -100, high: 400 }), 12.3456, "12"],
  ["a very wide range", number({ high: 1e6 }), 123456.7, "1.23e+5"],
  ["no range", number({ low: null, high: null }), 2.34567, "2.35"],
  ["a range without width", number({ low: 1, high: 1 }), 1, "1.00"],
  ["a whole number", number({ integer: true, high: 1000 }), 128, "128"],
  ["a missing number", number({}), Number.NaN, "–"],
])("shows %s", (_, dimension, value, text) => {
  expect(formatParameter(value, dimension)).toBe(text);
});

it("shows a choice by its option", () => {
  const dimension: Dimension = { kind: "choice", name: "x", options: ["adam", "sgd"] };
  expect(formatParameter(1, dimension)).toBe("sgd");
  expect(formatParameter(Number.NaN, dimension)).toBe("–");
});

it("shows a time with seconds today, and with its day otherwise", () => {
  const at = new Date(2026, 10, 4, 9, 5, 7).getTime() / 1000;
  expect(formatStarted(at, at + 3600)).toBe("09:05:07");
  expect(formatStarted(at, at + 86_400)).toBe("Nov 4, 09:05");
  expect(formatStarted(Number.NaN, at)).toBe("–");
});

it.each([
  [0.04, "0.0 s"],
  [4.26, "4.3 s"],
  [42.9, "42 s"],
  [185, "3 min 05 s"],
  [Number.NaN, "–"],
])("shows a duration of %d seconds as %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

it("shows a reason with what is known beyond it", () => {
  expect(formatReason("policy", "0.61 < 0.84 / 1.1")).toBe("policy: 0.61 < 0.84 / 1.1");
  expect(formatReason("", "ValueError: no")).toBe("ValueError: no");
  expect(formatReason("user", "")).toBe("user");
  expect(formatReason("", "")).toBe("");
});
