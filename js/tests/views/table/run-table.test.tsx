import { computed } from "@preact/signals";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Session } from "../../../src/state/session.ts";
import { RunTable } from "../../../src/views/table/run-table.tsx";
import { currentTally } from "../../../src/views/tally.ts";
import type { Row } from "../../packing.ts";
import { CREATED, delta, digits, session, snapshot } from "../../samples.ts";

const HOSTILE = "</script><img src=x onerror=alert(1)>";
const RUNS = 200;

let app: HTMLElement;
let frames: FrameRequestCallback[];

beforeEach(() => {
  // Without a layout, an element has no size, and a frame comes when a test says so.
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(288);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(900);
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (draw: FrameRequestCallback) => frames.push(draw));
  app = document.createElement("div");
  document.body.append(app);
});

afterEach(() => {
  render(null, app);
  frame(); // no test waits for a frame of the one before
  app.remove();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function row(number: number, over: Partial<Row> = {}): Row {
  const best = 1 - number / 1000;
  return { number, standing: "Completed", best, last: best, params: [0.01, 1, 0.5], ...over };
}

function shown(rows: readonly Row[], notes: Record<string, string> = {}): Session {
  const study = { ...digits, total: rows.length };
  const shown = session(study, snapshot(study, { rows, notes }));
  const tally = computed(() => currentTally(shown.store));
  act(() => render(<RunTable session={shown} tally={tally} />, app));
  frame();
  return shown;
}

/** Let a frame pass. */
function frame(): void {
  act(() => {
    for (const draw of frames.splice(0)) draw(0);
  });
}

function change(session: Session, number: number, rows: readonly Row[]): void {
  const { content, buffers } = delta(digits, { number, rows });
  session.store.receive(content, buffers, CREATED + 60 + number);
  frame();
}

function find<T extends Element = HTMLElement>(selector: string): T {
  const found = app.querySelector<T>(selector);
  if (found === null) throw new Error(`There must be a ${selector}.`);
  return found;
}

const runs = () =>
  [...app.querySelectorAll("[data-run]")].map((row) => Number(row.getAttribute("data-run")));
const cells = (run: number) =>
  [...find(`[data-run="${run}"]`).children].map((cell) => cell.textContent);
const titles = () => [...app.querySelectorAll<HTMLElement>("[role=columnheader] button")];

function press(key: string, over: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...over });
  act(() => void find("[role=grid]").dispatchEvent(event));
  return event;
}

it("has only the rows in sight, and says how many there are", () => {
  shown(Array.from({ length: RUNS }, (_, number) => row(number)));
  expect(runs().length).toBeLessThan(30);
  expect(runs().slice(0, 3)).toEqual([0, 1, 2]);
  expect(find("[role=grid]").getAttribute("aria-rowcount")).toBe("201");
  expect(find('[data-run="2"]').getAttribute("aria-rowindex")).toBe("4");
});

it("shows what is known of a run, and puts a star at the best", () => {
  shown(
    [
      row(0, { started: CREATED, ended: CREATED + 4.25, step: 30 }),
      row(1, {
        standing: "Stopped by policy",
        reason: "policy",
        best: 0.4,
        last: 0.3,
        params: [Number.NaN, 3, 0.25],
      }),
    ],
    { 1: "0.4 < 0.9" },
  );
  const [star, run, standing, best, last, step, rate, hidden, momentum, , duration] = cells(0);
  expect([run, standing, best, last, step]).toEqual(["0", "Completed", "1.0000", "1.0000", "30"]);
  expect([rate, hidden, momentum, duration]).toEqual(["0.0100", "32", "0.500", "4.3 s"]);
  expect([star, cells(1)[0]]).toEqual(["Best run", ""]);
  expect(cells(1).slice(2)).toEqual([
    ...["Stopped by policy", "0.40000", "0.30000", "–", "–", "128", "0.250", "–", "–"],
    "policy: 0.4 < 0.9",
  ]);
});

it("shows hostile texts as they are", () => {
  shown([row(0, { standing: "Failed" })], { 0: HOSTILE });
  expect(cells(0).at(-1)).toBe(HOSTILE);
  expect(app.querySelector("img")).toBeNull();
});

it("sorts by a title, the other way round at a second click, and by two with Shift", () => {
  const { settings } = shown([row(0, { params: [3, 1, 0] }), row(1, { params: [1, 1, 0] })]);
  const [run, , , , , rate] = titles();
  act(() => rate?.click());
  frame();
  expect(runs()).toEqual([1, 0]);
  expect(rate?.parentElement?.getAttribute("aria-sort")).toBe("ascending");
  act(() => rate?.click());
  frame();
  expect(runs()).toEqual([0, 1]);
  expect(rate?.parentElement?.getAttribute("aria-sort")).toBe("descending");
  act(() => void run?.dispatchEvent(new MouseEvent("click", { bubbles: true, shiftKey: true })));
  expect(settings.sort.value.map(({ column }) => column)).toEqual([0, "run"]);
});

it("has one tab stop among the titles, which the arrows move", () => {
  shown([row(0)]);
  const stops = () => titles().map((title) => title.tabIndex);
  expect(stops().filter((stop) => stop === 0)).toHaveLength(1);
  act(() => titles()[0]?.focus());
  act(() => {
    titles()[0]?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
  });
  expect(document.activeElement).toBe(titles()[1]);
  expect(stops().indexOf(0)).toBe(1);
});

it("keeps sort, selection, focus and a typed text when an update comes", () => {
  const live = shown([row(0), row(1), row(2)]);
  act(() => find("[role=grid]").focus());
  press("ArrowDown");
  press(" ");
  act(() => {
    live.linked.text.value = "compl";
  });
  const before = find('[data-run="1"]');
  change(live, 1, [row(1, { best: 2 }), row(3)]);
  expect(runs()).toEqual([1, 0, 2, 3]);
  expect(find('[data-run="1"]')).toBe(before);
  expect(before.getAttribute("aria-selected")).toBe("true");
  expect(find("[role=grid]").getAttribute("aria-activedescendant")).toBe(before.id);
  expect(find<HTMLInputElement>("input").value).toBe("compl");
  expect(document.activeElement).toBe(find("[role=grid]"));
  press("ArrowDown");
  expect(find("[role=grid]").getAttribute("aria-activedescendant")).toBe("table-run-0");
});

it("shows what has changed in rows that stay where they are", () => {
  const live = shown([row(0), row(1, { standing: "Queued", best: Number.NaN })]);
  expect(cells(1).slice(2, 4)).toEqual(["Queued", "–"]);
  change(live, 1, [row(1, { standing: "Running", best: 0.5, started: CREATED + 58, step: 7 })]);
  const [, , standing, best, , step, , , , , duration] = cells(1);
  expect([standing, best, step, duration]).toEqual(["Running", "0.50000", "7", "2 s"]);
  change(live, 2, [row(1, { best: 2, started: CREATED + 58, ended: CREATED + 61.5 })]);
  expect([cells(1)[2], cells(1)[10]]).toEqual(["Completed", "3.5 s"]);
  expect([cells(0)[0], cells(1)[0]]).toEqual(["", "Best run"]);
});

it("selects by click and by key, several with a modifier", () => {
  const { linked } = shown([row(0), row(1), row(2)]);
  act(() => find('[data-run="1"] [role=gridcell]').click());
  expect([...linked.selection.value]).toEqual([1]);
  const more = new MouseEvent("click", { bubbles: true, ctrlKey: true });
  act(() => void find('[data-run="2"]').dispatchEvent(more));
  expect([...linked.selection.value]).toEqual([1, 2]);
  press("Home");
  press("Enter");
  expect([...linked.selection.value]).toEqual([0]);
});

it("leaves Escape and letters to the host", () => {
  shown([row(0)]);
  expect(press("Escape").defaultPrevented).toBe(false);
  expect(press("d").defaultPrevented).toBe(false);
});

it("shares the hovered run, and lets go of it", () => {
  const { linked } = shown([row(0), row(1)]);
  const cell = find('[data-run="1"] [role=gridcell]');
  act(() => void cell.dispatchEvent(new PointerEvent("pointerover", { bubbles: true })));
  expect(linked.hover.value).toBe(1);
  expect(find('[data-run="1"]').classList.contains("is-hovered")).toBe(true);
  act(() => void find("[role=grid]").dispatchEvent(new PointerEvent("pointerleave")));
  expect(linked.hover.value).toBeNull();
  expect(app.querySelector(".is-hovered")).toBeNull();
});

it("shows only what the filter lets through, and offers to clear it when that is nothing", () => {
  const { linked } = shown([row(0), row(1, { standing: "Failed" })]);
  const filter = find<HTMLInputElement>("input");
  filter.value = "failed";
  act(() => void filter.dispatchEvent(new Event("input", { bubbles: true })));
  frame();
  expect(linked.text.value).toBe("failed");
  expect(runs()).toEqual([1]);
  act(() => linked.toggleStanding("Completed"));
  frame();
  expect(find("[role=status]").textContent).toContain("No run matches the filter.");
  find(".table-clear").focus();
  act(() => find(".table-clear").click());
  frame();
  expect(app.contains(document.activeElement)).toBe(true);
  expect(runs()).toEqual([0, 1]);
  expect(filter.value).toBe("");
});

it("counts the seconds of a run that is under way", () => {
  const live = shown([row(0, { standing: "Running", started: CREATED + 20 })]);
  expect(cells(0)[10]).toBe("40 s");
  act(() => live.store.tick(CREATED + 62));
  expect(cells(0)[10]).toBe("42 s");
});

it("shows cards in a narrow widget, sorted by a list", () => {
  const resized: (() => void)[] = [];
  class Observer {
    constructor(callback: () => void) {
      resized.push(callback);
    }
    observe() {}
    unobserve() {}
    disconnect() {}
  }
  vi.stubGlobal("ResizeObserver", Observer);
  const style = { getPropertyValue: () => "1" } as unknown as CSSStyleDeclaration;
  vi.spyOn(globalThis, "getComputedStyle").mockReturnValue(style);
  const { settings } = shown([row(0), row(1)]);
  act(() => {
    for (const callback of resized) callback();
  });
  expect(find("[role=listbox]").getAttribute("aria-label")).toBe("Runs");
  expect(find('[data-run="1"]').textContent).toContain("learning_rate 0.0100");
  const choice = find<HTMLSelectElement>("select");
  choice.value = "0";
  act(() => void choice.dispatchEvent(new Event("change", { bubbles: true })));
  expect(settings.sort.value).toEqual([{ column: "run", order: "ascending" }]);
  act(() => find(".table-sort button").click());
  frame();
  expect(runs()).toEqual([1, 0]);
});

it("opens a run's logs by its button, which selects nothing, and by a key", () => {
  const { files, linked } = shown([row(0), row(1)]);
  const logs = (run: number) => find<HTMLButtonElement>(`[data-run="${run}"] .logs-button`);
  act(() => logs(1).click());
  expect([files.look.value?.run, linked.selection.value.size]).toEqual([1, 0]);
  expect(logs(1).getAttribute("aria-expanded")).toBe("true");
  // The tab order has that of the active row only.
  act(() => find("[role=grid]").focus());
  press("Home");
  expect([logs(0).tabIndex, logs(1).tabIndex]).toEqual([0, -1]);
  press("l", { ctrlKey: true });
  expect(files.look.value?.run).toBe(1);
  press("l");
  expect(files.look.value?.run).toBe(0);
});
