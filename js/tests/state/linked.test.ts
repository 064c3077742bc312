import { beforeEach, describe, expect, it } from "vitest";
import { adds, Linked } from "../../src/state/linked.ts";
import { RunStore } from "../../src/state/run-store.ts";
import type { Row } from "../packing.ts";
import { CREATED, delta, digits, type Sent, snapshot } from "../samples.ts";

const NONE = Number.NaN;
let store: RunStore;
let linked: Linked;

beforeEach(() => {
  store = new RunStore(() => {});
  store.describe(digits);
  linked = new Linked(store);
});

const rows: Row[] = [
  { number: 0, standing: "Completed", best: 0.9, params: [0.01, 0, 0.1] },
  { number: 1, standing: "Failed", params: [0.1, 3, 0.5] },
  { number: 2, standing: "Stopped by policy", best: 0.5, params: [0.5, 1, NONE] },
  { number: 3, standing: "Running", best: 0.7, params: [1, NONE, 0.9] },
];

function receive({ content, buffers }: Sent): void {
  store.receive(content, buffers, CREATED + 60);
}

function open(): void {
  receive(snapshot(digits, { rows, notes: { 1: "ValueError: Ünlucky" } }));
}

/** The numbers of the runs that are shown. */
function shown(): number[] {
  const { mask, count, total } = linked.shown.value;
  const numbers = [...mask.keys()].filter((run) => mask[run] === 1);
  expect([count, total]).toEqual([numbers.length, store.data.value?.rows.count ?? 0]);
  return numbers;
}

it("shows nothing before there is something, and then everything", () => {
  expect([shown(), linked.filtered.value]).toEqual([[], false]);
  open();
  expect([shown(), linked.filtered.value]).toEqual([[0, 1, 2, 3], false]);
});

describe("brushes", () => {
  beforeEach(open);

  it("show what lies within, their ends included", () => {
    linked.brush(0, [{ low: 0.01, high: 0.1 }]);
    expect([shown(), linked.filtered.value]).toEqual([[0, 1], true]);
  });

  it("add up on one axis and narrow down over several", () => {
    linked.brush(0, [
      { low: 0, high: 0.05 },
      { low: 0.4, high: 2 },
    ]);
    expect(shown()).toEqual([0, 2, 3]);
    linked.brush("metric", [{ low: 0.6, high: 1 }]);
    expect(shown()).toEqual([0, 3]);
  });

  it("leave out runs without a value", () => {
    linked.brush(2, [{ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }]);
    expect(shown()).toEqual([0, 1, 3]);
    linked.brush("metric", [{ low: 0, high: 1 }]);
    expect(shown()).toEqual([0, 3]);
  });

  it("choose an option by its index", () => {
    linked.brush(1, [{ low: 2.5, high: 3.5 }]);
    expect(shown()).toEqual([1]);
  });

  it("are gone when there are none left on an axis", () => {
    linked.brush(1, [{ low: 2.5, high: 3.5 }]);
    linked.brush(1, []);
    expect([shown().length, linked.filtered.value]).toEqual([4, false]);
  });
});

describe("standings", () => {
  beforeEach(open);

  it("are toggled", () => {
    linked.toggleStanding("Failed");
    expect(shown()).toEqual([1]);
    linked.toggleStanding("Stopped by policy");
    expect([shown(), linked.filtered.value]).toEqual([[1, 2], true]);
    linked.toggleStanding("Failed");
    linked.toggleStanding("Stopped by policy");
    expect([shown().length, linked.filtered.value]).toEqual([4, false]);
  });

  it("that no run has show none", () => {
    linked.toggleStanding("Hibernating");
    expect(shown()).toEqual([]);
  });
});

it.each([
  ["ün", [1]],
  ["  STOPPED ", [2]],
  ["run 3", [3]],
  ["128", [1]],
  ["valueerror", [1]],
  ["<b>", []],
])("finds %j in a run's number, standing, options and note", (text, found) => {
  open();
  linked.text.value = text;
  expect([shown(), linked.filtered.value]).toEqual([found, true]);
});

it("filters by nothing when only blanks are sought", () => {
  open();
  linked.text.value = "  ";
  expect([shown().length, linked.filtered.value]).toEqual([4, false]);
});

it("clears brushes, standings and text at once", () => {
  open();
  linked.brush(0, [{ low: 5, high: 6 }]);
  linked.toggleStanding("Failed");
  linked.text.value = "x";
  linked.clearFilter();
  expect([shown().length, linked.filtered.value]).toEqual([4, false]);
});

it("goes on filtering what comes in later", () => {
  open();
  linked.toggleStanding("Completed");
  linked.brush(0, [{ low: 0, high: 0.2 }]);
  expect(shown()).toEqual([0]);
  const later = rows.slice(1, 2).map((row) => ({ ...row, standing: "Completed" }));
  const added = { number: 4, standing: "Completed", params: [0.2, 1, 1] };
  receive(delta(digits, { number: 1, rows: [...later, added] }));
  expect(shown()).toEqual([0, 1, 4]);
  expect([...linked.brushes.value.keys()]).toEqual([0]);
});

describe("the selection", () => {
  const selected = () => [...linked.selection.value].sort();

  it("is one run, and none when that is selected again", () => {
    linked.select(3, false);
    linked.select(5, false);
    expect(selected()).toEqual([5]);
    linked.select(5, false);
    expect(selected()).toEqual([]);
  });

  it("takes in others and lets go of them", () => {
    linked.select(3, false);
    linked.select(5, true);
    linked.select(4, true);
    linked.select(3, true);
    expect(selected()).toEqual([4, 5]);
    linked.select(4, false);
    expect(selected()).toEqual([4]);
  });

  it.each(["ctrlKey", "metaKey", "shiftKey"])("is added to with %s", (key) => {
    expect(adds(new MouseEvent("click", { [key]: true }))).toBe(true);
    expect(adds(new KeyboardEvent("keydown", { key: "Enter", altKey: true }))).toBe(false);
  });

  it("survives updates, a new snapshot and the filter", () => {
    open();
    linked.select(1, false);
    linked.hover.value = 2;
    linked.toggleStanding("Completed");
    receive(snapshot(digits, { number: 5, rows }));
    linked.clearFilter();
    expect([selected(), linked.hover.value]).toEqual([[1], 2]);
  });
});
