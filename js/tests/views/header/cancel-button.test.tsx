import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { CancelButton } from "../../../src/views/header/cancel-button.tsx";
import { CREATED, digits, running, session, snapshot } from "../../samples.ts";
import { button, click, draw, press, send } from "../drawing.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function shown(head: object = running) {
  const cancel = vi.fn();
  const watched = session(digits, snapshot(digits, { head }), { give: cancel });
  const place = await draw(<CancelButton session={watched} />);
  return { cancel, watched, place };
}

const asked = (place: ParentNode) => place.querySelector('[role="alertdialog"]') !== null;
const isOff = (element: Element) => element.getAttribute("aria-disabled") === "true";

it("asks first, the focus being where nothing happens", async () => {
  const { cancel, place } = await shown();
  await click(button(place, /^Cancel$/));
  expect(asked(place)).toBe(true);
  expect(document.activeElement).toBe(button(place, /Keep going/));
  await click(button(place, /Keep going/));
  expect(asked(place)).toBe(false);
  expect(document.activeElement).toBe(button(place, /^Cancel$/));
  expect(cancel).not.toHaveBeenCalled();
});

it("keeps going on Escape, which then does not leave the widget", async () => {
  const { cancel, place } = await shown();
  await click(button(place, /^Cancel$/));
  const event = await press(button(place, /Keep going/), "Escape");
  expect(asked(place)).toBe(false);
  expect(event.defaultPrevented).toBe(true);
  expect(cancel).not.toHaveBeenCalled();
});

it("cancels once and says so until the kernel has accepted", async () => {
  const { cancel, watched, place } = await shown();
  await click(button(place, /^Cancel$/));
  await click(button(place, /Cancel all/));
  const sent = button(place, /Canceling…/);
  expect(document.activeElement).toBe(sent);
  await click(sent);
  expect(asked(place)).toBe(false);
  await send(watched, 1, { head: { ...running, reason: "user" } });
  expect(isOff(button(place, /Ending…/))).toBe(true);
  await act(() => void vi.advanceTimersByTime(5000));
  expect(place.querySelector('[role="alert"]')).toBeNull();
  await send(watched, 2, { head: { ...running, status: "Canceled", reason: "user" } });
  expect(isOff(button(place, /^Cancel$/))).toBe(true);
  expect(cancel).toHaveBeenCalledOnce();
});

it("says after two seconds that the kernel is busy, and how else to cancel", async () => {
  const { watched, place } = await shown();
  await click(button(place, /^Cancel$/));
  await click(button(place, /Cancel all/));
  await act(() => void vi.advanceTimersByTime(1999));
  expect(place.querySelector('[role="alert"]')).toBeNull();
  await act(() => void vi.advanceTimersByTime(1));
  const notice = place.querySelector('[role="alert"]');
  expect(notice?.textContent).toContain("The kernel is busy. Interrupt the cell (■)");
  expect(notice?.textContent).toContain('HyperDriveRun(experiment, "HD_6b1c").cancel()');
  expect(isOff(button(place, /Canceling…/))).toBe(true);
  await send(watched, 1, { head: { ...running, reason: "user" } });
  expect(place.querySelector('[role="alert"]')).toBeNull();
});

it("takes its question back when the run ends meanwhile, and keeps the focus", async () => {
  const { watched, place } = await shown();
  await click(button(place, /^Cancel$/));
  await send(watched, 1, { head: { ...running, status: "Completed" } });
  expect(asked(place)).toBe(false);
  expect(document.activeElement).toBe(button(place, /^Cancel$/));
});

it("leaves the focus where a person has taken it meanwhile", async () => {
  const { watched, place } = await shown();
  const elsewhere = document.createElement("input");
  document.body.append(elsewhere);
  onTestFinished(() => elsewhere.remove());
  await click(button(place, /^Cancel$/));
  elsewhere.focus();
  await send(watched, 1, { head: { ...running, status: "Completed" } });
  expect(asked(place)).toBe(false);
  expect(document.activeElement).toBe(elsewhere);
});

it.each(["refusal", "problem"])(
  "is there again after a %s, and can be tried again",
  async (kind) => {
    const { cancel, watched, place } = await shown();
    const tell = (text: string) => {
      if (kind === "problem") watched.store.fail(text);
      else watched.refusal.value = text;
    };
    tell("an old one");
    await click(button(place, /^Cancel$/));
    await click(button(place, /Cancel all/));
    expect(isOff(button(place, /Canceling…/))).toBe(true);
    await act(() => tell("Not canceled: disk full"));
    expect(isOff(button(place, /^Cancel$/))).toBe(false);
    await act(() => void vi.advanceTimersByTime(5000));
    expect(place.textContent).not.toContain("The kernel is busy");
    await click(button(place, /^Cancel$/));
    await click(button(place, /Cancel all/));
    expect(cancel).toHaveBeenCalledTimes(2);
  },
);

it("is there again when the kernel refuses at once, twice for the same reason", async () => {
  const { cancel, watched, place } = await shown();
  cancel.mockImplementation(() => {
    watched.refusal.value = null;
    watched.refusal.value = "Not canceled: Kernel is dead";
  });
  for (const _ of [1, 2]) {
    await click(button(place, /^Cancel$/));
    await click(button(place, /Cancel all/));
    expect(isOff(button(place, /^Cancel$/))).toBe(false);
  }
  expect(cancel).toHaveBeenCalledTimes(2);
});

it.each([
  ["Completed", null, "The run has ended."],
  ["Running", "time budget", "The run is ending already."],
])("is off when the run is %s, ending for %s", async (status, reason, why) => {
  const { place } = await shown({ ...running, status, reason });
  const only = button(place, /./);
  await click(only);
  expect(isOff(only)).toBe(true);
  expect(only.title).toBe(why);
  expect(asked(place)).toBe(false);
});

it("is off while the kernel is not heard of, and where there is none", async () => {
  const { watched, place } = await shown();
  await act(() => watched.store.tick(CREATED + 100));
  expect(button(place, /^Cancel$/).title).toBe("The kernel has not been heard of for a while.");
  const report = await draw(<CancelButton session={session(digits, snapshot(digits))} />);
  expect(button(report, /^Cancel$/).title).toBe("No kernel is connected to this page.");
});
