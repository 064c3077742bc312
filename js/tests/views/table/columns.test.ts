import { expect, it } from "vitest";
import type { Column } from "../../../src/state/settings.ts";
import type { Dimension, NumberDimension } from "../../../src/state/study.ts";
import { cellText, columnsOf } from "../../../src/views/table/columns.ts";
import { CREATED, digits, LINEAR, session, snapshot } from "../../samples.ts";

function number(over: Partial<NumberDimension>): Dimension {
  return { ...LINEAR, ...over };
}

/** Pixels that a number takes in most fonts, and the space around it. */
function room(text: string): number {
  const letters = [...text].map((letter) => (/[\de]/.test(letter) ? 8.3 : 5));
  return letters.reduce((sum, letter) => sum + letter, 20);
}

it.each([
  ["a log scale", number({ scale: "log", low: 1e-12, high: 1 }), "1.23e-11"],
  ["no range", number({ low: null, high: null }), "-1.23e-11"],
  ["whole numbers", number({ integer: true, low: -1e10, high: 0 }), "-10000000000"],
])("has room for all of a number of %s", (_, dimension, text) => {
  const columns = columnsOf({ ...digits, dimensions: [dimension] });
  expect(columns.find(({ column }) => column === 0)?.width).toBeGreaterThanOrEqual(room(text));
});

it("has room for all of a metric's value", () => {
  const columns = columnsOf({ ...digits, metric: "x" });
  const width = (name: Column) => columns.find(({ column }) => column === name)?.width;
  expect(width("best")).toBeGreaterThanOrEqual(room("-1.2346e-10"));
  expect(width("last")).toBeGreaterThanOrEqual(room("-1.2346e-10"));
});

it.each([
  ["policy", "0.61 < 0.84 / 1.1", "policy: 0.61 < 0.84 / 1.1"],
  ["", "ValueError: no", "ValueError: no"],
  ["user", "", "user"],
  ["", "", ""],
])("says of the reason %j what is known beyond it", (reason, note, text) => {
  const rows = [{ number: 0, standing: "Failed", reason, params: [1, 1, 1] }];
  const sent = snapshot(digits, { rows, notes: { 0: note } });
  const data = session(digits, sent).store.data.value;
  expect(data && cellText(data, "reason", 0, CREATED)).toBe(text);
});
