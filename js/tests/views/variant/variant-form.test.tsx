import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Session } from "../../../src/state/session.ts";
import { VariantButton } from "../../../src/views/variant/variant-button.tsx";
import { VariantForm } from "../../../src/views/variant/variant-form.tsx";
import { CREATED, digits, session, snapshot } from "../../samples.ts";
import { button, click, draw, press } from "../drawing.ts";

const rows = [{ number: 0, standing: "Completed", params: [0.0123, 2, 0.5] }];

beforeEach(() => {
  // A frame comes at once.
  vi.stubGlobal("requestAnimationFrame", (frame: FrameRequestCallback) => {
    frame(0);
    return 0;
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function Whole({ watched, run }: { watched: Session; run: number | null }) {
  const draft = watched.draft.value;
  return (
    <>
      <VariantButton session={watched} run={() => run} />
      {draft !== null && <VariantForm session={watched} draft={draft} />}
    </>
  );
}

async function opened(run: number | null = 0) {
  const give = vi.fn();
  const watched = session(digits, snapshot(digits, { rows }), { give });
  const place = await draw(<Whole watched={watched} run={run} />);
  button(place, /Try a variant…/).focus();
  await click(button(place, /Try a variant…/));
  return { give, watched, place };
}

const field = (place: ParentNode, name: string) => {
  const label = [...place.querySelectorAll("label")].find((each) => each.textContent === name);
  return place.querySelector(`[id="${label?.htmlFor}"]`) as HTMLInputElement;
};

async function write(place: ParentNode, name: string, text: string) {
  const element = field(place, name);
  element.value = text;
  const event = new Event(element.matches("select") ? "change" : "input", { bubbles: true });
  await act(() => void element.dispatchEvent(event));
}

const submit = (place: ParentNode) =>
  act(() => place.querySelector("form")?.requestSubmit() as undefined);

it("begins with a run's values, in the first field", async () => {
  const { place } = await opened();
  expect(place.querySelector("h3")?.textContent).toBe("A variant of run 0");
  const values = ["learning_rate", "hidden", "momentum"].map((name) => field(place, name).value);
  expect(values).toEqual(["0.0123", "2", "0.5"]);
  expect(place.textContent).toContain("0.001 to 1, log scale");
  expect(document.activeElement).toBe(field(place, "learning_rate"));
});

it("begins with usual values where there is no run", async () => {
  const { place } = await opened(null);
  expect(place.querySelector("h3")?.textContent).toBe("Values to run");
  expect(field(place, "momentum").value).toBe("0.475");
});

it("runs what is written, once, and goes when that is accepted", async () => {
  const { give, watched, place } = await opened();
  await write(place, "learning_rate", "1e-2");
  await write(place, "hidden", "0");
  await submit(place);
  await submit(place);
  const command = { type: "enqueue", values: [0.01, 0, 0.5] };
  expect(give).toHaveBeenCalledExactlyOnceWith(command);
  expect(button(place, /Sending…/).getAttribute("aria-disabled")).toBe("true");
  await act(() => {
    watched.draft.value = null; // as the host does
  });
  expect(document.activeElement).toBe(button(place, /Try a variant…/));
});

it("says beside a field what is wrong with it, and loses nothing", async () => {
  const { give, place } = await opened();
  await write(place, "learning_rate", "5");
  await write(place, "momentum", "half");
  await submit(place);
  expect(give).not.toHaveBeenCalled();
  const alerts = [...place.querySelectorAll('[role="alert"]')].map((each) => each.textContent);
  expect(alerts).toEqual(["It must be at most 1.", "This is no number: half"]);
  const wrong = field(place, "learning_rate");
  expect(document.activeElement).toBe(wrong);
  expect(wrong.getAttribute("aria-invalid")).toBe("true");
  const told = place.querySelector(`[id="${wrong.getAttribute("aria-describedby")}"]`);
  expect(told?.textContent).toBe("It must be at most 1.");
  expect(field(place, "momentum").value).toBe("half");
  await write(place, "learning_rate", "0.5");
  expect(place.querySelectorAll('[role="alert"]')).toHaveLength(1);
});

it("says what the kernel finds wrong, and can be sent again", async () => {
  const { give, watched, place } = await opened();
  await submit(place);
  await act(() => {
    const fields = new Map([[2, "`momentum` must be a value of …"]]);
    watched.draft.value?.refuse(fields);
    const answer = { command: "enqueue", run: null, accepted: false, message: null, fields };
    watched.answer.value = answer;
  });
  expect(place.querySelector('[role="alert"]')?.textContent).toMatch("`momentum` must be");
  expect(document.activeElement).toBe(field(place, "momentum"));
  await submit(place);
  expect(give).toHaveBeenCalledTimes(2);
});

it("is closed by Escape, which then does not leave the widget", async () => {
  const { watched, place } = await opened();
  const event = await press(field(place, "momentum"), "Escape");
  expect(event.defaultPrevented).toBe(true);
  expect(watched.draft.value).toBeNull();
  expect(document.activeElement).toBe(button(place, /Try a variant…/));
});

it("is not to be had without a kernel, nor while it is silent", async () => {
  const report = session(digits, snapshot(digits, { rows }));
  expect((await draw(<Whole watched={report} run={0} />)).textContent).toBe("");
  const { give, watched, place } = await opened();
  await act(() => watched.store.tick(CREATED + 100));
  await submit(place);
  expect(give).not.toHaveBeenCalled();
});
