import { signal } from "@preact/signals";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HeaderView } from "../../../src/views/header/header-view.tsx";
import { NO_RUNS } from "../../../src/views/tally.ts";
import { CREATED, digits, running, session, single, snapshot } from "../../samples.ts";
import { button, click, draw, press, send } from "../drawing.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const canceled = { ...running, status: "Canceled", reason: "user", ended: CREATED + 9 };
const accepted = { accepted: true, run: null, message: null, fields: new Map() };

async function shown(head: object, active = 0) {
  const give = vi.fn();
  const watched = session(digits, snapshot(digits, { head }), { give });
  const tally = signal({ ...NO_RUNS, runs: active });
  const place = await draw(<HeaderView session={watched} tally={tally} />);
  return { give, watched, place };
}

const labels = (place: ParentNode) =>
  [...place.querySelectorAll(".header-command > button")].map(({ textContent }) => textContent);
const isOff = (element: Element) => element.getAttribute("aria-disabled") === "true";

it.each([
  ["Running", null, ["Pause", "Cancel"]],
  ["Canceled", "interrupted", ["Resume"]],
  ["Failed", null, ["Resume"]],
  ["Completed", null, ["More runs…"]],
  ["Completed", "time budget", ["More time…"]],
])("of a search that is %s (%s) offers %j", async (status, reason, expected) => {
  expect(labels((await shown({ ...running, status, reason })).place)).toEqual(expected);
});

it("offers no more than a cancel where nobody could do it, and for a single run", async () => {
  const report = session(digits, snapshot(digits));
  const tally = signal(NO_RUNS);
  expect(labels(await draw(<HeaderView session={report} tally={tally} />))).toEqual(["Cancel"]);
  const alone = session(single, snapshot(single), { give: vi.fn() });
  expect(labels(await draw(<HeaderView session={alone} tally={tally} />))).toEqual(["Cancel"]);
});

it("pauses and continues, and says meanwhile what goes on", async () => {
  const { give, watched, place } = await shown(running, 2);
  const toggle = button(place, /^Pause$/);
  await click(toggle);
  expect(give).toHaveBeenLastCalledWith({ type: "pause" });
  expect(isOff(toggle)).toBe(true);
  await send(watched, 1, { head: { ...running, paused: true } });
  expect(place.textContent).toContain("Paused, 2 runs go on");
  expect([toggle.textContent, isOff(toggle)]).toEqual(["Continue", false]);
  await click(toggle);
  expect(give).toHaveBeenLastCalledWith({ type: "continue" });
  await send(watched, 2, { head: running });
  expect(toggle.textContent).toBe("Pause");
});

it("has no pause, nor is it paused, while it ends", async () => {
  const { place } = await shown({ ...running, paused: true, reason: "user" });
  expect(button(place, /^Continue$/).title).toBe("The run is ending already.");
  expect(place.textContent).toContain("Running, ending: user");
});

describe("a resume", () => {
  it("is said until the run goes on", async () => {
    const { give, watched, place } = await shown(canceled);
    await click(button(place, /^Resume$/));
    expect(give).toHaveBeenCalledExactlyOnceWith({ type: "resume" });
    expect(isOff(button(place, /Resuming…/))).toBe(true);
    await act(() => {
      watched.answer.value = { ...accepted, command: "resume" };
    });
    await act(() => void vi.advanceTimersByTime(2500));
    expect(place.querySelector('[role="alert"]')).toBeNull();
    await send(watched, 1, { head: running });
    expect(labels(place)).toEqual(["Pause", "Cancel"]);
  });

  it("can be asked for again when it was refused", async () => {
    const { give, watched, place } = await shown(canceled);
    await click(button(place, /^Resume$/));
    await act(() => {
      watched.refusal.value = "Not resumed: `train` was defined in a notebook";
    });
    await click(button(place, /^Resume$/));
    expect(give).toHaveBeenCalledTimes(2);
  });

  it("is explained when the kernel does not answer", async () => {
    const { place } = await shown(canceled);
    await click(button(place, /^Resume$/));
    await act(() => void vi.advanceTimersByTime(2000));
    const notice = place.querySelector('[role="alert"]')?.textContent;
    expect(notice).toContain('HyperDriveRun(experiment, "HD_6b1c").resume()');
  });

  it("is off while the kernel is not heard of", async () => {
    const { watched, place } = await shown(running);
    await act(() => watched.store.tick(CREATED + 100));
    expect(isOff(button(place, /^Pause$/))).toBe(true);
  });
});

describe("more runs", () => {
  const done = { ...running, status: "Completed" };

  it("are asked for by a number", async () => {
    const { give, place } = await shown(done);
    await click(button(place, /More runs…/));
    const field = place.querySelector("input") as HTMLInputElement;
    expect([field.value, document.activeElement]).toEqual(["10", field]);
    field.value = "25";
    await act(() => void field.dispatchEvent(new Event("input", { bubbles: true })));
    await act(() => place.querySelector("form")?.requestSubmit());
    expect(give).toHaveBeenCalledExactlyOnceWith({ type: "extend", runs: 25 });
    expect(place.querySelector("form")).toBeNull();
  });

  it("are left on Escape, which then does not leave the widget", async () => {
    const { give, place } = await shown({ ...done, reason: "time budget" });
    await click(button(place, /More time…/));
    const event = await press(place.querySelector("input") as Element, "Escape");
    expect(event.defaultPrevented).toBe(true);
    expect(place.querySelector("form")).toBeNull();
    expect(document.activeElement).toBe(button(place, /More time…/));
    expect(give).not.toHaveBeenCalled();
  });
});

it("counts the time before it was resumed, and no run twice", async () => {
  const head = { ...canceled, spent: 100, repeated: 2 };
  const watched = session(digits, snapshot(digits, { head }));
  const tally = signal({ ...NO_RUNS, done: 11 });
  const place = await draw(<HeaderView session={watched} tally={tally} />);
  expect(place.textContent).toContain("Elapsed1 min 48 s");
  expect(place.textContent).toContain("9 / 40");
});
