import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { shareSelection } from "../../src/host/shared-selection.ts";
import { Linked } from "../../src/state/linked.ts";
import { RunStore } from "../../src/state/run-store.ts";
import { FakeModel } from "../fake-model.ts";
import { CREATED, digits, snapshot } from "../samples.ts";

let store: RunStore;
let linked: Linked;
let lifetime: AbortController;

beforeEach(() => {
  store = new RunStore(() => {});
  store.describe(digits);
  linked = new Linked(store);
  lifetime = new AbortController();
});

afterEach(() => {
  lifetime.abort();
});

function load(number = 0): void {
  const rows = [0, 1, 2].map((run) => ({ number: run, standing: "Running", params: [1, 1, 1] }));
  const { content, buffers } = snapshot(digits, { number, rows });
  store.receive(content, buffers, CREATED + 60);
}

function share(selected: unknown): FakeModel {
  const model = new FakeModel({ selected });
  shareSelection(model, store, linked, lifetime.signal);
  return model;
}

function selected(): number[] {
  return [...linked.selection.value];
}

describe("what Python selects", () => {
  it("is selected here, also what it sets later", () => {
    load();
    const model = share(["HD_6b1c_2"]);
    expect(selected()).toEqual([2]);
    model.change("selected", ["HD_6b1c_0", "HD_6b1c_1"]);
    expect(selected()).toEqual([0, 1]);
    model.change("selected", []);
    expect(selected()).toEqual([]);
    expect(model.saved).toEqual([]);
  });

  it("before the data are there is kept until then", () => {
    const model = share(["HD_6b1c_2"]);
    expect(selected()).toEqual([]);
    model.change("selected", ["HD_6b1c_1"]);
    load();
    expect([selected(), model.saved]).toEqual([[1], []]);
  });

  it("is not sent back in another order, nor without ids that mean nothing here", () => {
    load();
    const ids = ["HD_6b1c_2", "HD_other_1", "HD_6b1c_", "HD_6b1c_0"];
    const model = share(ids);
    expect(selected()).toEqual([2, 0]);
    load(1);
    expect([model.get("selected"), model.saved]).toEqual([ids, []]);
  });

  it("may be a run that has yet to come, and stays beside what a person adds", () => {
    load();
    const model = share(["HD_6b1c_30"]);
    expect(selected()).toEqual([30]);
    linked.select(1, true);
    expect(model.saved).toEqual([{ selected: ["HD_6b1c_1", "HD_6b1c_30"] }]);
  });

  it.each([undefined, null, "HD_6b1c_1", [7, null]])("is nothing when it is %j", (nothing) => {
    load();
    const model = share(nothing);
    expect([selected(), model.saved]).toEqual([[], []]);
  });

  it("changes nothing when it is what is selected", () => {
    load();
    const model = share(["HD_6b1c_0", "HD_6b1c_1"]);
    const before = linked.selection.value;
    model.change("selected", ["HD_6b1c_1", "HD_6b1c_0"]);
    expect(linked.selection.value).toBe(before);
  });
});

describe("what a person selects", () => {
  it("reaches Python once, by number", () => {
    load();
    const model = share([]);
    linked.select(10, false);
    linked.select(9, true);
    expect(model.saved).toEqual([
      { selected: ["HD_6b1c_10"] },
      { selected: ["HD_6b1c_9", "HD_6b1c_10"] },
    ]);
    expect(selected()).toEqual([10, 9]);
  });

  it("after Python did reaches it, too", () => {
    load();
    const model = share(["HD_6b1c_0"]);
    linked.select(0, false);
    expect(model.saved).toEqual([{ selected: [] }]);
    model.change("selected", ["HD_6b1c_0"]);
    linked.select(0, false);
    expect(model.saved).toHaveLength(2);
  });

  it("survives a new snapshot", () => {
    load();
    const model = share([]);
    linked.select(1, false);
    load(1);
    expect([selected(), model.saved.length]).toEqual([[1], 1]);
  });
});

it("ends with the signal", () => {
  load();
  const model = share([]);
  lifetime.abort();
  linked.select(1, false);
  model.change("selected", ["HD_6b1c_0"]);
  expect([model.listeners, model.saved, selected()]).toEqual([0, [], [1]]);
});
