import { act } from "preact/test-utils";
import { beforeEach, expect, it } from "vitest";
import type { Session } from "../../../src/state/session.ts";
import { ParallelView } from "../../../src/views/parallel/parallel-view.tsx";
import { parseRange } from "../../../src/views/parallel/range-editor.tsx";
import { digits, session, snapshot } from "../../samples.ts";
import { button, click, draw, press, send } from "../drawing.ts";
import { stubCanvas, theme } from "./stage.ts";

let watched: Session;
let place: HTMLElement;
beforeEach(async () => {
  stubCanvas();
  const rows = [
    { number: 0, standing: "Completed", best: 0.5, params: [0.1, 0, 0.5] },
    { number: 1, standing: "Completed", best: 0.9, params: [0.01, 3, 0.2] },
  ];
  watched = session(digits, snapshot(digits, { rows }));
  place = await draw(<ParallelView session={watched} theme={theme} />);
});

const chart = () => {
  const found = place.querySelector<HTMLElement>('[data-scroll="parallel"]');
  if (found === null) throw new Error("There is no chart.");
  return found;
};
const inputs = () => [...place.querySelectorAll<HTMLInputElement>(".parallel-editor input")];
async function enter(input: HTMLInputElement | undefined, text: string): Promise<void> {
  await act(() => {
    if (input === undefined) throw new Error("There is no such input.");
    input.value = text;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

it("is one tab stop that says what it shows", async () => {
  expect(chart().tabIndex).toBe(0);
  expect(chart().getAttribute("aria-label")).toBe("Parallel coordinates of 2 runs");
  await act(() => watched.linked.brush(1, [{ low: 2.5, high: 3.5 }]));
  expect(chart().getAttribute("aria-label")).toBe("Parallel coordinates of 1 of 2 runs");
});

it("says which axis the keys have chosen, and offers its ranges", async () => {
  await press(chart(), "ArrowRight");
  expect(place.querySelector("[aria-live]")?.textContent).toBe(
    "learning_rate, axis 1 of 4, cursor at 0.0316228",
  );
  expect(inputs().map((input) => input.value)).toEqual(["", ""]);
});

it("brushes by typed ranges, any number of them", async () => {
  await press(chart(), "ArrowRight");
  await enter(inputs()[0], "0.05");
  expect(watched.linked.brushes.value.get(0)).toEqual([{ low: 0.05, high: Infinity }]);
  expect(watched.linked.shown.value.count).toBe(1);
  await enter(inputs()[3], "0.02");
  expect(watched.linked.brushes.value.get(0)).toEqual([
    { low: -Infinity, high: 0.02 },
    { low: 0.05, high: Infinity },
  ]);
  expect(inputs().map((input) => input.value)).toEqual(["", "0.02", "0.05", "", "", ""]);
  await enter(inputs()[2], "");
  expect(watched.linked.brushes.value.get(0)).toEqual([{ low: -Infinity, high: 0.02 }]);
  await click(button(place, /Clear/));
  expect(watched.linked.filtered.value).toBe(false);
});

it("marks what is no number, and leaves the brush as it was", async () => {
  await press(chart(), "ArrowRight");
  await enter(inputs()[0], "high");
  expect(inputs().map((input) => input.ariaInvalid)).toEqual(["true", "false"]);
  expect(watched.linked.filtered.value).toBe(false);
});

it("keeps what is being typed through a live update", async () => {
  await press(chart(), "ArrowRight");
  const [low] = inputs();
  if (low === undefined) throw new Error("There is no input.");
  low.value = "0.0";
  await send(watched, 1, {
    rows: [{ number: 2, standing: "Running", best: 0.95, params: [2, 1, 0.1] }],
  });
  expect(inputs()[0]).toBe(low);
  expect(low.value).toBe("0.0");
});

it("brushes a choice by its options; without any all come back", async () => {
  // Without a layout there is no room, and the axes are turned.
  await press(chart(), "ArrowDown");
  await press(chart(), "ArrowDown");
  expect(inputs().map((input) => input.checked)).toEqual([true, true, true, true]);
  for (const option of [0, 1, 2]) await click(inputs()[option] ?? chart());
  expect(watched.linked.brushes.value.get(1)).toEqual([{ low: 2.5, high: 3.5 }]);
  await click(inputs()[3] ?? chart());
  expect(watched.linked.filtered.value).toBe(false);
  expect(inputs().map((input) => input.checked)).toEqual([true, true, true, true]);
  await click(button(place, /Close/));
  expect(inputs()).toEqual([]);
});

it.each([
  ["1", "2", { low: 1, high: 2 }],
  ["2", "1", { low: 1, high: 2 }],
  [" 0,5 ", "", { low: 0.5, high: Infinity }],
  ["", "1e-3", { low: -Infinity, high: 0.001 }],
  ["", " ", null],
  ["x", "1", undefined],
  ["1", "Infinity", undefined],
])("reads the range %j to %j", (low, high, brush) => {
  expect(parseRange(low, high)).toEqual(brush);
});
