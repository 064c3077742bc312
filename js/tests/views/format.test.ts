import { expect, it } from "vitest";
import type { Dimension, NumberDimension } from "../../src/state/study.ts";
import {
  formatClock,
  formatDuration,
  formatElapsed,
  formatEstimate,
  formatMetric,
  formatNumber,
  formatParameter,
  formatSpread,
  formatStatus,
} from "../../src/views/format.ts";
import { LINEAR } from "../samples.ts";

it.each([
  [0, "0"],
  [0.97314159, "0.973142"],
  [-0.5, "-0.5"],
  [0.1 + 0.2, "0.3"],
  [1234567, "1234567"],
  [1234567.89, "1234570"],
  [3.2e-7, "3.2e-7"],
  [2.5e12 + 0.5, "2.5e+12"],
  [Number.NaN, "NaN"],
  [Number.POSITIVE_INFINITY, "Infinity"],
])("shows the number %d as %s", (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

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
])("shows the metric %d as %s", (value, text) => {
  expect(formatMetric(value)).toBe(text);
});

function number(over: Partial<NumberDimension>): Dimension {
  return { ...LINEAR, ...over };
}

it.each([
  ["a log scale by its magnitude", number({ scale: "log" }), 0.00123456, "0.00123"],
  ["the far end of a log scale", number({ scale: "log" }), 0.0000123456, "1.23e-5"],
  ["a range up to one", number({ high: 0.95 }), 0.5, "0.500"],
  ["a wide range", number({ low: -100, high: 400 }), 12.3456, "12"],
  ["a range of thousands", number({ low: 100, high: 5000 }), 4616.8, "4617"],
  ["a very wide range", number({ high: 1e6 }), 123456.7, "123457"],
  ["a range beyond that", number({ high: 1e12 }), 123456.7, "1.23e+5"],
  ["no range", number({ low: null, high: null }), 2.34567, "2.35"],
  ["a range without width", number({ low: 1, high: 1 }), 1, "1.00"],
  ["a whole number", number({ integer: true, high: 1000 }), 128, "128"],
  ["a missing number", number({}), Number.NaN, "–"],
])("shows %s", (_, dimension, value, text) => {
  expect(formatParameter(value, dimension)).toBe(text);
});

it("shows a choice by its option", () => {
  const dimension: Dimension = {
    kind: "choice",
    name: "x",
    when: null,
    options: ["adam", "sgd"],
    gone: 0,
  };
  expect(formatParameter(1, dimension)).toBe("sgd");
  expect(formatParameter(Number.NaN, dimension)).toBe("–");
});

it.each([
  ["Running", "Running"],
  ["CancelRequested", "Cancel requested"],
  ["NotStarted", "Not started"],
  ["Stopped by policy", "Stopped by policy"],
])("reads the status %s as %s", (status, text) => {
  expect(formatStatus(status)).toBe(text);
});

it.each([
  [-3, "0 s"],
  [59.9, "59 s"],
  [60, "1 min 00 s"],
  [3599, "59 min 59 s"],
  [3600, "1 h 00 min"],
  [93600, "1 d 02 h"],
])("shows %d seconds as %s", (seconds, text) => {
  expect(formatElapsed(seconds)).toBe(text);
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

it("shows a moment as the time of day, with the day unless it is today", () => {
  const moment = new Date(2026, 10, 4, 9, 5, 59).getTime() / 1000;
  expect(formatClock(moment, moment + 3600)).toBe("09:05");
  expect(formatClock(moment, moment + 3600, "second")).toBe("09:05:59");
  expect(formatClock(moment, moment + 86_400)).toBe("Nov 4, 09:05");
  expect(formatClock(moment, moment + 86_400, "second")).toBe("Nov 4, 09:05");
  expect(formatClock(Number.NaN, moment)).toBe("–");
});

it.each([
  [0.0104, "0.01"],
  [0, "0"],
  [0.1234, "0.12"],
  [123.4, "120"],
  [3.21e-7, "3.2e-7"],
])("shows a spread of %d in two digits", (value, text) => {
  expect(formatSpread(value)).toBe(text);
});

it.each([
  [0.93, 0.01, "0.930 ± 0.010"],
  [0.9312345, 0.0234, "0.931 ± 0.023"],
  [0.93, 0.0996, "0.93 ± 0.10"],
  [412.34, 17.2, "412 ± 17"],
  [-0.5, 3.42, "-0.5 ± 3.4"],
  [41234.5, 1720, "41235 ± 1700"],
  [0.5, 3e-9, "0.50000 ± 3e-9"],
  [0.5, 0, "0.50000 ± 0"],
])("shows %d with a deviation of %d in the decimals that count", (value, deviation, text) => {
  expect(formatEstimate(value, deviation)).toBe(text);
});
