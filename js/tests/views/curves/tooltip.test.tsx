import { expect, test } from "vitest";
import type { Session } from "../../../src/state/session.ts";
import { type Look, sceneOf } from "../../../src/views/curves/scene.ts";
import { Tooltip } from "../../../src/views/curves/tooltip.tsx";
import { digits, session, snapshot } from "../../samples.ts";
import { draw } from "../drawing.ts";

const look: Look = { metric: "accuracy", x: "step", log: false, full: false, zoom: null };

/** One run, stopped after two values, without a value of `momentum`. */
function stopped(): Session {
  const params = [0.0123456, 2, Number.NaN];
  const rows = [{ number: 0, standing: "Stopped by policy", best: 0.75, params }];
  return session(digits, snapshot(digits, { rows, curves: [{ run: 0, values: [0.5, 0.75] }] }));
}

async function tooltip({ store }: Session, x: number): Promise<HTMLElement> {
  const data = store.data.peek();
  if (data === null) throw new Error("The sample is not shown.");
  const scene = sceneOf(data, Uint8Array.of(1), look);
  return draw(<Tooltip scene={scene} point={{ run: 0, bucket: 1, x, y: 0.25 }} />);
}

function entries(place: HTMLElement): string[][] {
  const [names, values] = ["dt", "dd"].map((each) => [...place.querySelectorAll(each)]);
  return (names ?? []).map((name, i) => [name.textContent, values?.[i]?.textContent ?? ""]);
}

test("tells the run, its standing, the value, where it is and the hyperparameters", async () => {
  const place = await tooltip(stopped(), 0.2);
  expect(place.querySelector("p")?.textContent).toBe("Run 0Stopped by policy");
  expect(entries(place)).toEqual([
    ["accuracy", "0.75000"],
    ["interval", "2"],
    ["learning_rate", "0.0123"],
    ["hidden", "64"],
  ]);
});

test("reads a status in words", async () => {
  const shown = stopped();
  const data = shown.store.data.peek();
  if (data) data.rows.standing[0] = data.study.standings.indexOf("CancelRequested");
  const place = await tooltip(shown, 0.2);
  expect(place.querySelector("p")?.textContent).toBe("Run 0Cancel requested");
});

test("tells the extremes of a bucket of several values", async () => {
  const shown = stopped();
  const curve = shown.store.data.peek()?.curves.get("accuracy", 0);
  curve?.low.set([0.5, 0.25]);
  expect(entries(await tooltip(shown, 0.2))).toContainEqual([
    "values before it",
    "0.25000 to 0.75000",
  ]);
});

test("stands on the side where there is more space", async () => {
  const style = async (x: number) =>
    (await tooltip(stopped(), x)).querySelector(".curves-tooltip")?.getAttribute("style");
  expect(await style(0.2)).toMatch(/^left: calc\(20% \+ 14px\)/);
  expect(await style(0.75)).toMatch(/^right: calc\(25% \+ 14px\)/);
});
