import { expect, it } from "vitest";
import { movedRow } from "../../../src/views/table/keyboard.ts";

it.each([
  ["ArrowDown", 3, 4],
  ["ArrowDown", 99, 99],
  ["ArrowUp", 3, 2],
  ["ArrowUp", 0, 0],
  ["PageDown", 3, 13],
  ["PageDown", 95, 99],
  ["PageUp", 13, 3],
  ["PageUp", 3, 0],
  ["Home", 50, 0],
  ["End", 50, 99],
  ["ArrowDown", -1, 0],
  ["ArrowUp", -1, 0],
])("%s goes from row %i of 100 to row %i", (key, at, to) => {
  expect(movedRow(key, at, 100, 10)).toBe(to);
});

it("leaves other keys alone, and an empty table", () => {
  expect(movedRow("Escape", 3, 100, 10)).toBeNull();
  expect(movedRow("ArrowDown", -1, 0, 10)).toBeNull();
});
