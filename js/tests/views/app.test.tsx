import { act } from "preact/test-utils";
import { beforeEach, expect, it, vi } from "vitest";
import type { Session } from "../../src/state/session.ts";
import { App } from "../../src/views/app.tsx";
import { digits, running, session, snapshot } from "../samples.ts";
import { button, click, draw, press, send, theme } from "./drawing.ts";

// The views draw on canvases, which this DOM has not; here it counts which of them are there.
vi.mock("../../src/views/curves/curves-view.tsx", () => ({ CurvesView: () => <b>curves</b> }));
vi.mock("../../src/views/parallel/parallel-view.tsx", () => ({ ParallelView: () => <b>axes</b> }));
vi.mock("../../src/views/table/run-table.tsx", () => ({ RunTable: () => <b>table</b> }));

const row = (number: number, standing: string, intervals = 1) => ({
  number,
  standing,
  intervals,
  best: intervals > 0 ? 0.5 : Number.NaN,
  params: [0.1, 0, 0.5],
});

let watched: Session;
beforeEach(() => {
  watched = session(digits, snapshot(digits));
});
const shown = () => draw(<App session={watched} theme={theme} />);
const selected = (place: Element) => place.querySelector('[aria-selected="true"]')?.textContent;
const panel = (place: Element) => place.querySelector('[role="tabpanel"]')?.textContent;

it("waits for the kernel with a skeleton", async () => {
  watched = session(digits);
  const place = await shown();
  expect(place.textContent).toBe("Waiting for the kernel…");
});

it("shows what went wrong also before there is data", async () => {
  watched = session(digits);
  watched.store.fail("Kernel is dead");
  expect((await shown()).textContent).toContain("Kernel is dead");
});

it("waits for the first run with the search space", async () => {
  const place = await shown();
  expect(place.textContent).toContain("Waiting for the first run (0/40)");
  expect(place.textContent).toContain("learning_rate0.001 to 1, log scale");
  expect(place.textContent).toContain("hidden16, 32, 64, 128");
  expect(place.textContent).toContain("Random sampling · Bandit policy");
});

it("says when a run ended before its first one", async () => {
  watched = session(digits, snapshot(digits, { head: { ...running, status: "Canceled" } }));
  expect((await shown()).textContent).toContain("No run was started");
});

it("shows curves until two runs have ended, then parallel coordinates", async () => {
  const place = await shown();
  await send(watched, 1, { rows: [row(0, "Completed"), row(1, "Running")] });
  expect([selected(place), panel(place)]).toEqual(["Curves", "curves"]);
  await send(watched, 2, { rows: [row(1, "Failed")] });
  expect([selected(place), panel(place)]).toEqual(["Parallel", "axes"]);
});

it("keeps the tab that the person has chosen", async () => {
  const place = await shown();
  await send(watched, 1, { rows: [row(0, "Completed")] });
  await click(button(place, /Parallel/));
  await click(button(place, /Curves/));
  await send(watched, 2, { rows: [row(1, "Completed"), row(2, "Completed")] });
  expect(selected(place)).toBe("Curves");
});

it.each(["pointerdown", "keydown", "focusin"])("keeps a chart after %s in it", async (type) => {
  const place = await shown();
  await send(watched, 1, { rows: [row(0, "Completed")] });
  const chart = place.querySelector('[role="tabpanel"] b');
  await act(() => void chart?.dispatchEvent(new Event(type, { bubbles: true })));
  await send(watched, 2, { rows: [row(1, "Completed"), row(2, "Completed")] });
  expect(selected(place)).toBe("Curves");
});

it("moves between the tabs by arrow keys, only the chosen one being in the tab order", async () => {
  const place = await shown();
  await send(watched, 1, { rows: [row(0, "Running")] });
  await press(button(place, /Curves/), "ArrowRight");
  expect(selected(place)).toBe("Parallel");
  expect(document.activeElement).toBe(button(place, /Parallel/));
  await press(button(place, /Parallel/), "ArrowRight");
  expect(selected(place)).toBe("Curves");
  await press(button(place, /Curves/), "End");
  expect(selected(place)).toBe("Parallel");
  expect(button(place, /Curves/).tabIndex).toBe(-1);
  expect(button(place, /Parallel/).tabIndex).toBe(0);
});

it("shows the curves where there is no axis to compare along", async () => {
  const study = { ...digits, dimensions: [] };
  const rows = [0, 1, 2].map((number) => ({ number, standing: "Completed", intervals: 1 }));
  watched = session(study, snapshot(study, { rows: rows.map((row) => ({ ...row, params: [] })) }));
  expect(selected(await shown())).toBe("Curves");
});

it("waits for the first value of the metric where its curves will be", async () => {
  const place = await shown();
  await send(watched, 1, { rows: [row(0, "Running", 0)] });
  expect(panel(place)).toBe("Waiting for the first value of accuracy");
});

it("offers meanwhile what has been logged, and keeps the focus with the curves of it", async () => {
  const place = await shown();
  const metrics = ["accuracy", "loss", "val_acc"];
  await send(watched, 1, { rows: [row(0, "Running", 0)], metrics });
  expect(panel(place)).toBe("Waiting for the first value of accuracy; so far: loss, val_acc");
  const loss = button(place, /^loss$/);
  loss.focus();
  await click(loss);
  expect([panel(place), watched.settings.metric.value]).toEqual(["curves", "loss"]);
  expect(document.activeElement).toBe(place.querySelector('[role="tabpanel"]'));
});

it("says that the metric was never logged, and offers what was", async () => {
  const place = await shown();
  const metrics = ["accuracy", "loss", "val_acc"];
  await send(watched, 1, { rows: [row(0, "Completed", 0), row(1, "Completed", 0)], metrics });
  const notice = "Runs finished but never logged accuracy; they logged: loss, val_acc";
  expect(place.textContent).toContain(notice);
  expect(panel(place)).toBe("axes");
  await click(button(place, /^Curves/));
  expect(panel(place)).toBe(notice);
  await click(button(place, /^loss$/));
  expect(watched.settings.metric.value).toBe("loss");
  expect(panel(place)).toBe("curves");
});

it("shows errors beside the data, a traceback folded behind its last line", async () => {
  const error = "Traceback (most recent call last):\n  …\nValueError: five runs failed";
  watched = session(digits, snapshot(digits, { head: { ...running, status: "Failed", error } }));
  const place = await shown();
  await send(watched, 1, {
    head: { ...running, status: "Failed", error },
    rows: [row(0, "Failed")],
  });
  expect(place.querySelector("summary")?.textContent).toBe(
    "The run failed: ValueError: five runs failed",
  );
  expect(place.querySelector("details")?.open).toBe(false);
  await act(() => watched.store.fail("A message was cut."));
  expect(place.textContent).toContain("Something went wrong: A message was cut.");
  expect(place.textContent).toContain("table");
});

it("says why a command was refused, until that is dismissed", async () => {
  const place = await shown();
  await act(() => {
    watched.refusal.value = "Not canceled: disk full";
  });
  expect(place.textContent).toContain("Not canceled: disk full");
  await click(button(place, /^Dismiss$/));
  expect(watched.refusal.value).toBeNull();
  expect(place.querySelector('[role="alert"]')).toBeNull();
});

it("shows a run's logs in the place of the charts, until they are closed", async () => {
  const place = await shown();
  await send(watched, 1, { rows: [row(0, "Completed"), row(1, "Running")] });
  await act(() => watched.files.open(1));
  expect(panel(place)).toBeUndefined();
  expect(place.textContent).toMatch(/Logs of run 1.*table/);
  await send(watched, 2, { rows: [row(0, "Completed"), row(1, "Failed")] });
  expect(place.textContent).toMatch("Logs of run 1");
  await click(button(place, /Close the logs/));
  expect(watched.files.look.value).toBeNull();
  expect(panel(place)).toBe("axes");
});

it("shows the form of values to run in the place of the charts, and of the logs", async () => {
  watched = session(digits, snapshot(digits), { give: () => {} });
  const place = await shown();
  await send(watched, 1, { rows: [row(0, "Completed"), row(1, "Running")] });
  await act(() => watched.files.open(1));
  button(place, /Try a variant…/).focus();
  await click(button(place, /Try a variant…/));
  expect(place.querySelector("h3")?.textContent).toBe("A variant of run 1");
  expect(place.querySelector<HTMLElement>(".logs")?.hidden).toBe(true);
  await click(button(place, /Close the form/));
  expect(place.querySelector<HTMLElement>(".logs")?.hidden).toBe(false);
  expect(document.activeElement).toBe(button(place, /Try a variant…/));
});

it("says what becomes of values to run until a new run has begun", async () => {
  const place = await shown();
  await send(watched, 1, { rows: [row(0, "Running")] });
  await act(() => {
    watched.note.value = "It runs next.";
  });
  await send(watched, 2, { rows: [row(0, "Completed")] });
  expect(place.textContent).toContain("It runs next.");
  await send(watched, 3, { rows: [row(1, "Queued")] });
  expect(watched.note.value).toBeNull();
});
