import { expect, it } from "vitest";
import { formatClock, formatElapsed, formatMetric, formatStatus } from "../../src/views/format.ts";

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
])("shows the metric %d as %s", (value, text) => {
  expect(formatMetric(value)).toBe(text);
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

it("shows a moment as the time of day", () => {
  const moment = new Date(2026, 10, 21, 9, 5, 59);
  expect(formatClock(moment.getTime() / 1000)).toBe("09:05");
});
