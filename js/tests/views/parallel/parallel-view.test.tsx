import { act } from "preact/test-utils";
import { beforeEach, expect, it } from "vitest";
import type { Session } from "../../../src/state/session.ts";
import { ParallelView } from "../../../src/views/parallel/parallel-view.tsx";
import { parseRange } from "../../../src/views/parallel/range-inputs.tsx";
import { digits, session, snapshot } from "../../samples.ts";
import { button, click, draw, press, send, theme } from "../drawing.ts";
import { stubCanvas } from "./stage.ts";

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
  const found = place.querySelector<HTMLElement>(".parallel-scroll");
  if (found === null) throw new Error("There is no chart.");
  return found;
};
const inputs = () => [...place.querySelectorAll<HTMLInputElement>(".parallel-editor input")];
/** Type into an input, as yet without consequences. */
async function type(input: HTMLInputElement | undefined, text: string): Promise<HTMLInputElement> {
  if (input === undefined) throw new Error("There is no such input.");
  input.focus();
  await act(() => {
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  return input;
}

async function enter(input: HTMLInputElement | undefined, text: string): Promise<void> {
  await press(await type(input, text), "Enter");
}

/** Move the focus, as Tab does. */
async function leaveFor(next: HTMLElement | undefined): Promise<void> {
  await act(() => next?.focus());
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

it("takes a typed range when the focus leaves both of its inputs", async () => {
  await press(chart(), "ArrowRight");
  const [low, high] = inputs();
  await type(low, "0.02");
  await leaveFor(high);
  expect(watched.linked.filtered.value).toBe(false);
  await type(high, "0.2");
  await leaveFor(button(place, /Close/));
  expect(watched.linked.brushes.value.get(0)).toEqual([{ low: 0.02, high: 0.2 }]);
  // They are the same inputs still, and there is another pair.
  expect(inputs()[0]).toBe(low);
  expect(inputs().map((input) => input.value)).toEqual(["0.02", "0.2", "", ""]);
});

it("keeps a bound that nobody typed as it is, and not as it is rounded", async () => {
  const high = 0.12345678901;
  await act(() => watched.linked.brush(0, [{ low: 0.01, high }]));
  await press(chart(), "ArrowRight");
  expect(inputs()[1]?.value).toBe("0.123457");
  await leaveFor(inputs()[1]);
  await enter(inputs()[0], "0.02");
  expect(watched.linked.brushes.value.get(0)).toEqual([{ low: 0.02, high }]);
});

it("forgets what was typed for a brush that is dragged since", async () => {
  await act(() => watched.linked.brush(0, [{ low: 0.01, high: 0.1 }]));
  await press(chart(), "ArrowRight");
  await enter(inputs()[0], "low");
  expect(inputs()[0]?.getAttribute("aria-invalid")).toBe("true");
  await act(() => watched.linked.brush(0, [{ low: 0.03, high: 0.1 }]));
  expect(inputs()[0]?.value).toBe("0.03");
  expect(inputs()[0]?.getAttribute("aria-invalid")).toBe("false");
});

it("keeps the focus in the chart when what has it goes", async () => {
  await act(() => watched.linked.brush(0, [{ low: 0.01, high: 0.1 }]));
  await press(chart(), "ArrowRight");
  button(place, /Clear/).focus();
  await click(button(place, /Clear/));
  expect(document.activeElement).toBe(chart());

  const two = [0.01, 0.2].map((low) => ({ low, high: 2 * low }));
  await act(() => watched.linked.brush(0, two));
  await enter(inputs()[4], "0.001"); // the third pair, which unites them all
  expect(watched.linked.brushes.value.get(0)).toEqual([{ low: 0.001, high: Infinity }]);
  expect(document.activeElement).toBe(chart());

  button(place, /Close/).focus();
  await click(button(place, /Close/));
  expect(document.activeElement).toBe(chart());
  expect(inputs()).toEqual([]);
});

it("marks what is no number, and leaves the brush as it was", async () => {
  await press(chart(), "ArrowRight");
  await enter(inputs()[0], "high");
  expect(inputs().map((input) => input.getAttribute("aria-invalid"))).toEqual(["true", "false"]);
  expect(watched.linked.filtered.value).toBe(false);
});

it("keeps what is being typed through a live update", async () => {
  await press(chart(), "ArrowRight");
  const low = await type(inputs()[0], "0.0");
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
  [null, "9", { low: 7, high: 9 }],
  ["7.5", null, { low: 7.5, high: 8 }],
  ["x", "1", undefined],
  ["1", "Infinity", undefined],
])("reads the range %j to %j", (low, high, brush) => {
  expect(parseRange({ low, high }, { low: 7, high: 8 })).toEqual(brush);
});

it("reads a bound of no brush that nobody typed as none", () => {
  expect(parseRange({ low: "1", high: null }, null)).toEqual({ low: 1, high: Infinity });
});
