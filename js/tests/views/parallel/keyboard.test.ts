import { beforeEach, expect, it } from "vitest";
import type { Session } from "../../../src/state/session.ts";
import { pressKey } from "../../../src/views/parallel/keyboard.ts";
import { ParallelModel } from "../../../src/views/parallel/parallel-model.ts";
import { digits, session, snapshot } from "../../samples.ts";
import { theme } from "../drawing.ts";
import { stubCanvas } from "./stage.ts";

let watched: Session;
let model: ParallelModel;
beforeEach(() => {
  stubCanvas();
  watched = session(digits, snapshot(digits));
  model = new ParallelModel(watched, theme);
  model.size.value = { width: 900, height: 300 };
});

function press(...keys: string[]): boolean {
  return keys
    .map((key) => {
      const shiftKey = key.startsWith("Shift+");
      return pressKey(
        model,
        new KeyboardEvent("keydown", { key: key.replace("Shift+", ""), shiftKey }),
      );
    })
    .every(Boolean);
}
const brushes = (axis: number | "metric") => watched.linked.brushes.value.get(axis);

it("chooses an axis, first the one it shows, and stops at the ends", () => {
  press("ArrowRight");
  expect(model.chosen.value).toBe(0);
  press("ArrowRight", "ArrowRight");
  expect(model.chosen.value).toBe(2);
  press("ArrowRight", "ArrowRight");
  expect(model.chosen.value).toBe("metric");
  press("ArrowLeft");
  expect(model.chosen.value).toBe(2);
});

it("moves the axis with Shift, and stays on it", () => {
  model.choose(0);
  press("Shift+ArrowRight", "Shift+ArrowRight");
  expect(watched.settings.axes.value).toEqual([1, 2, 0, "metric"]);
  press("Shift+ArrowLeft");
  expect(watched.settings.axes.value).toEqual([1, 0, 2, "metric"]);
  expect(model.chosen.value).toBe(0);
});

it("brushes from Enter to Enter, and several times", () => {
  model.choose(2);
  press("Enter", "ArrowUp", "ArrowUp");
  expect(brushes(2)).toBeUndefined();
  press("Enter");
  expect(brushes(2)?.[0]?.low).toBeCloseTo(0.475);
  expect(brushes(2)?.[0]?.high).toBeCloseTo(0.5225);
  press("ArrowUp", "ArrowUp", "Enter", "ArrowUp", "Enter");
  expect(brushes(2)).toHaveLength(2);
  press("Delete");
  expect(brushes(2)).toBeUndefined();
});

it("goes from option to option of a choice", () => {
  model.choose(1);
  press("ArrowDown", "Enter", "ArrowDown", "ArrowDown", "ArrowDown", "Enter");
  expect(brushes(1)).toEqual([{ low: -0.5, high: 1.5 }]);
});

it("drops a begun brush by Escape, and leaves Escape alone without one", () => {
  model.choose(2);
  expect(press("Enter", "ArrowUp", "Escape")).toBe(true);
  expect(model.cursor.value.anchor).toBeNull();
  expect(press("Escape")).toBe(false);
});

it("turns the arrows where the axes are turned", () => {
  model.size.value = { width: 330, height: 300 };
  model.choose(0);
  press("ArrowDown");
  expect(model.chosen.value).toBe(1);
  press("Enter", "ArrowRight", "Enter");
  expect(brushes(1)).toEqual([{ low: 1.5, high: 3.5 }]);
});

it("leaves other keys, and those of the browser, alone", () => {
  for (const key of ["a", "Tab", " ", "PageDown"]) expect(press(key)).toBe(false);
  const reload = new KeyboardEvent("keydown", { key: "ArrowLeft", altKey: true });
  expect(pressKey(model, reload)).toBe(false);
});
