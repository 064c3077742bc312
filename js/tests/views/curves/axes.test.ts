import { expect, test } from "vitest";
import { formatSeconds } from "../../../src/views/curves/axes.ts";

test.each([
  [0, "0s"],
  [0.25, "0.25s"],
  [45, "45s"],
  [60, "1m"],
  [150, "2m 30s"],
  [3600, "1h"],
  [3900, "1h 5m"],
  [90_061, "25h 1m"],
])("%f seconds are %s", (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});
