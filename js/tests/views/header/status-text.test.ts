import { expect, it } from "vitest";
import { isEnding, statusText } from "../../../src/views/header/status-text.ts";
import { running } from "../../samples.ts";

it.each([
  ["Running", null, "Running", false],
  ["Running", "time budget", "Running, ending: time budget", true],
  ["CancelRequested", null, "Cancel requested", true],
  ["Canceled", "user", "Canceled (user)", true],
  ["Completed", null, "Completed", true],
  ["NotStarted", null, "Not started", false],
])("says of %s because of %s: %s", (status, reason, text, ending) => {
  const head = { ...running, status, reason };
  expect(statusText(head)).toBe(text);
  expect(isEnding(head)).toBe(ending);
});

it.each([
  [0, "Paused"],
  [1, "Paused, 1 run goes on"],
  [3, "Paused, 3 runs go on"],
])("says of a paused search with %i runs under way: %s", (active, text) => {
  expect(statusText({ ...running, paused: true }, active)).toBe(text);
});
