import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Session } from "../../../src/state/session.ts";
import { CurvesView } from "../../../src/views/curves/curves-view.tsx";
import { digits, manyRuns, session, snapshot } from "../../samples.ts";
import { theme } from "../drawing.ts";

let root: HTMLElement;
beforeEach(() => {
  root = document.createElement("div");
  document.body.append(root);
});
afterEach(() => {
  render(null, root);
  root.remove();
});

/** Mount the view; there is no layout here, so that it draws no pixels, but all else. */
async function show(shown: Session): Promise<void> {
  await act(() => render(<CurvesView session={shown} theme={theme} />, root));
  await frame();
}

async function frame(): Promise<void> {
  await act(() => new Promise<void>((resolve) => requestAnimationFrame(() => resolve())));
}

/** Press a key in the chart; return whether it means something there. */
async function press(key: string): Promise<boolean> {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  await act(() => {
    root.querySelector(".curves-plot")?.dispatchEvent(event);
  });
  return event.defaultPrevented;
}

/** What the key says. */
function entries(): string[] {
  return [...root.querySelectorAll(".curves-key li")].map(({ textContent }) => textContent);
}

function button(text: string): HTMLButtonElement | undefined {
  return [...root.querySelectorAll("button")].find((each) => each.textContent === text);
}

test("the chart says what it shows, and can be focused", async () => {
  await show(session(digits, manyRuns(40, 30)));
  const chart = root.querySelector<HTMLElement>(".curves-plot");
  expect(chart?.getAttribute("aria-label")).toMatch(
    /^40 curves of accuracy, best accuracy 0\.\d+ by run 17$/,
  );
  expect(chart?.tabIndex).toBe(0);
});

test("the metric can be picked where there are two", async () => {
  const metrics = ["accuracy", "<img src=x onerror=alert(1)>"];
  const shown = session(digits, snapshot(digits, { metrics }));
  await show(shown);
  const picker = root.querySelector("select");
  expect([...(picker?.options ?? [])].map(({ text }) => text)).toEqual(metrics);
  expect(root.querySelector("img")).toBeNull();
  if (picker === null) throw new Error("There is no picker.");
  picker.value = metrics[1] ?? "";
  await act(() => {
    picker.dispatchEvent(new Event("change"));
  });
  expect(shown.settings.metric.value).toBe(metrics[1]);
});

test("one metric is named only", async () => {
  await show(session(digits, manyRuns(3, 5)));
  expect(root.querySelector("select")).toBeNull();
  expect(root.querySelector(".curves-metric")?.textContent).toBe("accuracy");
});

test("the axes can be switched; a logarithmic one needs positive values", async () => {
  const shown = session(digits, manyRuns(3, 5));
  await show(shown);
  await act(() => button("log")?.click());
  await act(() => button("time")?.click());
  expect(shown.settings.curves.log.value).toBe(true);
  expect(shown.settings.curves.x.value).toBe("time");
  expect(button("log")?.getAttribute("aria-pressed")).toBe("true");

  const row = { number: 0, standing: "Running", best: 0, params: [0.1, 0, 0.5] };
  const curves = [{ run: 0, values: [0, 0.5] }];
  await show(session(digits, snapshot(digits, { rows: [row], curves })));
  // It stays focusable: disabled, it would drop the focus.
  expect(button("log")?.getAttribute("aria-disabled")).toBe("true");
  await act(() => button("log")?.click());
  expect(button("log")?.getAttribute("aria-pressed")).toBe("false");
});

test("a chip counts what lies outside and shows it", async () => {
  const rows = [0, 1].map((number) => ({
    number,
    standing: "Completed",
    best: 1,
    params: [0.1, 0, 0.5],
  }));
  const calm = Array.from({ length: 300 }, (_, i) => i / 300);
  const curves = [
    { run: 0, values: calm },
    { run: 1, values: [0.5, -1e6, 0.5] },
  ];
  const shown = session(digits, snapshot(digits, { rows, curves }));
  await show(shown);
  await act(() => button("1 run outside")?.click());
  await frame();
  expect(shown.settings.curves.full.value).toBe(true);
  expect(button("full range")?.getAttribute("aria-pressed")).toBe("true");
});

test("a zoom can be ended", async () => {
  const shown = session(digits, manyRuns(3, 5));
  shown.settings.curves.zoom.value = { low: 2, high: 3 };
  await show(shown);
  button("reset zoom")?.focus();
  await act(() => button("reset zoom")?.click());
  expect(shown.settings.curves.zoom.value).toBeNull();
  expect(button("reset zoom")).toBeUndefined();
  expect(document.activeElement?.className).toBe("curves-plot");
});

test("the key explains the marks that are there", async () => {
  await show(session(digits, manyRuns(40, 30)));
  expect(entries()).toEqual(["0.197  0.989", "best so far", "failed", "stopped by policy"]);
});

test("the key says that the best so far is that of all runs, also of those that are not shown", async () => {
  const shown = session(digits, manyRuns(40, 30));
  shown.linked.standings.value = new Set(["Completed"]);
  await show(shown);
  expect(entries()).toEqual(["0.197  0.989", "best so far (all runs)"]);
});

test("the colour bar names its metric beside the curves of another one", async () => {
  const rows = [0.25, 0.5].map((best, number) => ({
    number,
    standing: "Running",
    best,
    params: [0.1, 0, 0.5],
  }));
  const curves = [0, 1].map((run) => ({ run, metric: 1, values: [3, 4] }));
  const shown = session(digits, snapshot(digits, { rows, metrics: ["accuracy", "loss"], curves }));
  shown.settings.metric.value = "loss";
  await show(shown);
  expect(entries()).toEqual(["accuracy 0.25  0.5"]);
});

test("it says why there is nothing to see", async () => {
  const text = () => root.querySelector(".curves-empty")?.textContent;
  await show(session(digits, snapshot(digits)));
  expect(text()).toBe("Waiting for the first run.");

  const row = { number: 0, standing: "Completed", params: [0.1, 0, 0.5] };
  const metrics = ["accuracy", "loss"];
  await show(session(digits, snapshot(digits, { rows: [row], metrics })));
  expect(text()).toBe("No run has logged accuracy yet. Logged so far: loss.");

  const filtered = session(digits, manyRuns(3, 5));
  filtered.linked.standings.value = new Set(["Queued"]);
  await show(filtered);
  expect(text()).toBe("The filter shows no run.");
});

test("it says why the axes are empty", async () => {
  const text = () => root.querySelector(".curves-empty")?.textContent;
  const rows = [{ number: 0, standing: "Running", best: 0.5, params: [0.1, 0, 0.5] }];
  const shown = session(
    digits,
    snapshot(digits, {
      rows,
      metrics: ["accuracy", "loss"],
      curves: [
        { run: 0, values: [0.1, 0.2, 0.3, 0.4, 0.5] },
        { run: 0, metric: 1, values: [0.5, 0.4] },
      ],
    }),
  );
  shown.settings.curves.zoom.value = { low: 3, high: 5 };
  await show(shown);
  expect(text()).toBeUndefined();
  shown.settings.metric.value = "loss";
  await frame();
  expect(text()).toBe("No value of loss in this part of the interval axis.");
  expect(button("reset zoom")).toBeDefined();

  const values = [Number.NaN, Number.NaN];
  await show(session(digits, snapshot(digits, { rows, curves: [{ run: 0, values }] })));
  expect(text()).toBe("No finite value of accuracy to draw.");
});

test("arrow keys hover runs for all views, Enter selects", async () => {
  const shown = session(digits, manyRuns(40, 30));
  await show(shown);
  expect(await press("ArrowLeft")).toBe(true);
  expect(shown.linked.hover.value).toBe(17);
  expect(await press("Enter")).toBe(true);
  expect([...shown.linked.selection.value]).toEqual([17]);
  expect(await press("x")).toBe(false);
  await act(() => render(null, root));
  expect(shown.linked.hover.value).toBeNull();
});

test("what the keys look at is no longer hovered once they go elsewhere", async () => {
  const shown = session(digits, manyRuns(40, 30));
  await show(shown);
  root.querySelector<HTMLElement>(".curves-plot")?.focus();
  await press("ArrowLeft");
  expect(shown.linked.hover.value).toBe(17);
  await act(() => button("log")?.focus());
  expect(shown.linked.hover.value).toBeNull();
});

test("the keys begin anew when the filter hides what they look at", async () => {
  const shown = session(digits, manyRuns(40, 30));
  await show(shown);
  await press("ArrowLeft");
  shown.linked.standings.value = new Set(["Failed"]);
  await frame();
  expect(shown.linked.hover.value).toBeNull();
  await press("ArrowLeft");
  expect(shown.linked.hover.value).toBe(18);
});

test("the keys lose a value that another metric does not have", async () => {
  const rows = [{ number: 0, standing: "Running", best: 0.5, params: [0.1, 0, 0.5] }];
  const curves = [
    { run: 0, values: [0.1, 0.2, 0.3] },
    { run: 0, metric: 1, values: [0.5] },
  ];
  const metrics = ["accuracy", "loss"];
  const shown = session(digits, snapshot(digits, { rows, metrics, curves }));
  await show(shown);
  await press("ArrowLeft");
  expect(shown.linked.hover.value).toBe(0);
  shown.settings.metric.value = "loss";
  await frame();
  expect(shown.linked.hover.value).toBeNull();
});
