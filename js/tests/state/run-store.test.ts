import { effect } from "@preact/signals";
import { beforeEach, describe, expect, it } from "vitest";
import { RunStore } from "../../src/state/run-store.ts";
import type { Row } from "../packing.ts";
import { CREATED, delta, digits, running, type Sent, snapshot } from "../samples.ts";

const NOW = CREATED + 60;
let asked: number;
let store: RunStore;

beforeEach(() => {
  asked = 0;
  store = new RunStore(() => {
    asked += 1;
  });
  store.describe(digits);
});

function row(number: number, more: Partial<Row> = {}): Row {
  return { number, standing: "Running", params: [0.1, 1, 0.5], ...more };
}

function receive({ content, buffers }: Sent, seconds = NOW): void {
  store.receive(content, buffers, seconds);
}

/** A delta that logs value number `number - 1` of run 0. */
function step(number: number, epoch = 1): Sent {
  const rows = [row(0, { intervals: number, last: number })];
  const points = [{ run: 0, seq: number - 1, value: number }];
  return delta(digits, { epoch, number, rows, points });
}

/** The state after so many of these deltas. */
function whole(number: number, epoch = 1): Sent {
  const values = Array.from({ length: number }, (_, index) => index + 1);
  return snapshot(digits, {
    epoch,
    number,
    rows: [row(0, { intervals: number, last: number })],
    curves: [{ run: 0, values }],
  });
}

/** What the store holds of run 0. */
function values(): number[] {
  const curve = store.data.value?.curves.get("accuracy", 0);
  return curve === undefined ? [] : [...curve.last.subarray(0, curve.buckets)];
}

function last(): number | undefined {
  return store.data.value?.rows.last[0];
}

const broken: Sent = { content: { type: "delta" }, buffers: [] };

describe("deltas", () => {
  it("continue the snapshot", () => {
    receive(whole(2));
    receive(step(3));
    receive(step(4));
    expect([values(), last(), asked]).toEqual([[1, 2, 3, 4], 4, 0]);
  });

  it("wait for a snapshot that they overtake", () => {
    receive(step(3));
    receive(step(4));
    expect([store.data.value, asked]).toEqual([null, 1]);
    receive(whole(2));
    expect([values(), last()]).toEqual([[1, 2, 3, 4], 4]);
  });

  it("are left out where the snapshot has them already", () => {
    receive(step(1));
    receive(step(2));
    receive(step(3));
    receive(whole(2));
    receive(step(2));
    expect([values(), last()]).toEqual([[1, 2, 3], 3]);
  });

  it("ask for a snapshot after a gap, once, and wait for it", () => {
    receive(whole(1));
    receive(step(3));
    receive(step(4));
    expect([values(), asked]).toEqual([[1], 1]);
    receive(whole(3));
    expect([values(), last()]).toEqual([[1, 2, 3, 4], 4]);
  });

  it("are put in order", () => {
    receive(whole(1));
    receive(step(3));
    receive(step(2));
    expect([values(), last()]).toEqual([[1, 2, 3], 3]);
  });

  it("go on waiting after a snapshot that leaves a gap", () => {
    receive(step(5));
    receive(whole(2));
    expect([values(), asked]).toEqual([[1, 2], 1]);
    store.tick(NOW + 4);
    expect(asked).toBe(2);
    receive(whole(4), NOW + 4);
    expect(values()).toEqual([1, 2, 3, 4, 5]);
    store.tick(NOW + 10);
    expect(asked).toBe(2);
  });

  it("of another epoch wait for its snapshot; those of an old one are ignored", () => {
    receive(whole(5));
    receive(step(1, 2));
    expect([values(), asked]).toEqual([[1, 2, 3, 4, 5], 1]);
    receive(whole(0, 2));
    expect(values()).toEqual([1]);
    receive(step(6));
    receive(whole(7));
    expect(values()).toEqual([1]);
  });

  it("that say nothing new announce no change", () => {
    receive(whole(1));
    const [version, head] = [store.version.value, store.head.value];
    receive(delta(digits, { number: 2, head: { ...running } }), NOW + 2);
    expect(store.version.value).toBe(version);
    expect(store.head.value).toBe(head);
    expect(store.heard).toBe(NOW + 2);
    receive(delta(digits, { number: 3, notes: { 0: "why" } }), NOW + 2);
    expect(store.version.value).toBe(version + 1);
  });
});

describe("a snapshot", () => {
  it("that is older than the state is ignored", () => {
    receive(whole(4));
    const data = store.data.value;
    receive(whole(3));
    expect(store.data.value).toBe(data);
  });

  it("of the same state, that another page asked for, changes nothing", () => {
    receive(whole(4));
    const [data, version] = [store.data.value, store.version.value];
    receive(whole(4));
    expect(store.data.value).toBe(data);
    expect(store.version.value).toBe(version);
  });

  it("replaces everything", () => {
    receive(
      snapshot(digits, {
        metrics: ["accuracy", "loss"],
        notes: { 0: "old" },
        rows: [row(0), row(1)],
        curves: [{ run: 1, metric: 1, values: [1] }],
      }),
    );
    receive(whole(1));
    const data = store.data.value;
    expect([data?.rows.count, data?.rows.notes.size]).toEqual([1, 0]);
    expect(store.metrics.value).toEqual(["accuracy"]);
    expect(data?.curves.get("loss", 1)).toBeUndefined();
  });

  it("needs the description of its run", () => {
    const bare = new RunStore(() => {
      asked += 1;
    });
    bare.receive(whole(1).content, whole(1).buffers, NOW);
    expect(bare.problem.value).toBe("A message came before the description of its run.");
    expect(asked).toBe(0);
  });

  it("does not hide what was wrong with the description", () => {
    const wrong = new RunStore(() => {});
    wrong.describe({ ...digits, goal: "win" });
    wrong.receive(whole(1).content, whole(1).buffers, NOW);
    expect(wrong.problem.value).toMatch("`study.goal` must be one of minimize, maximize");
  });
});

describe("metrics", () => {
  it("grow, and are told of only then", () => {
    let told = 0;
    effect(() => {
      void store.metrics.value;
      told += 1;
    });
    receive(whole(1));
    receive(step(2));
    const metrics = ["accuracy", "loss"];
    const points = [{ run: 0, metric: 1, seq: 0, value: 8 }];
    receive(delta(digits, { number: 3, metrics, points }));
    receive(delta(digits, { number: 4, metrics }));
    expect([store.metrics.value, told]).toEqual([metrics, 3]);
    expect(store.data.value?.curves.get("loss", 0)?.last[0]).toBe(8);
  });

  it("do not shrink", () => {
    receive(snapshot(digits, { metrics: ["accuracy", "loss"] }));
    receive(delta(digits, { number: 1 }));
    expect(store.problem.value).toBe(
      "The metrics must begin with accuracy, loss, but got accuracy.",
    );
    expect([store.metrics.value, asked]).toEqual([["accuracy", "loss"], 1]);
  });
});

describe("what is malformed", () => {
  const rows = [row(0, { last: 99 })];
  const points = [{ run: 0, seq: 1, value: 2 }];
  it.each<[string, Sent]>([
    ["a field", broken],
    ["the rows", { ...step(2), buffers: [new ArrayBuffer(5), new ArrayBuffer(0)] }],
    [
      "the points",
      { ...step(2), buffers: [step(2).buffers[0] ?? new ArrayBuffer(0), new ArrayBuffer(5)] },
    ],
    [
      "a late point",
      delta(digits, { number: 2, rows, points: [...points, { run: 0, seq: 7, value: 3 }] }),
    ],
    [
      "a stray point",
      delta(digits, { number: 2, rows, points: [...points, { run: 3, seq: 0, value: 3 }] }),
    ],
    ["a stray row", delta(digits, { number: 2, rows: [row(0, { last: 99 }), row(5)], points })],
    ["a metric", delta(digits, { number: 2, metrics: ["loss"], rows, points })],
  ])("is not taken, not even in part, and a snapshot is asked for: %s", (_, sent) => {
    receive(whole(1));
    receive(sent);
    expect([values(), last(), store.data.value?.rows.count]).toEqual([[1], 1, 1]);
    expect(store.problem.value).not.toBeNull();
    expect(asked).toBe(1);
    receive(whole(2));
    expect([store.problem.value, values(), last()]).toEqual([null, [1, 2], 2]);
    store.tick(NOW + 6);
    expect(asked).toBe(1);
  });

  it("is made up for by a snapshot of the very same state", () => {
    receive(whole(1));
    receive(broken);
    receive(whole(1));
    expect(store.problem.value).toBeNull();
  });

  it("leaves the data that were there when it is a snapshot", () => {
    receive(whole(2));
    const { content, buffers } = whole(3);
    receive({ content, buffers: [buffers[0] ?? new ArrayBuffer(0), new ArrayBuffer(7)] });
    expect(store.problem.value).toBe("Curves must be whole, but one ends after 7 bytes.");
    expect([values(), asked]).toEqual([[1, 2], 1]);
    receive(step(3));
    expect(values()).toEqual([1, 2, 3]);
  });

  it("is asked about with growing pauses only", () => {
    receive(whole(1));
    for (let second = 0; second < 30; second++) receive(broken, NOW + second);
    expect(asked).toBe(4); // at 0, 4, 12 and 28
  });

  it("ends no view: an error in one is its own", () => {
    receive(whole(1));
    const stop = effect(() => {
      if (store.version.value > 1) throw new Error("a view broke");
    });
    expect(() => receive(step(2))).toThrow("a view broke");
    stop();
    expect([store.problem.value, values(), asked]).toEqual([null, [1, 2], 0]);
  });
});

describe("asking", () => {
  it("begins when no snapshot came with the widget", () => {
    store.tick(NOW);
    expect(asked).toBe(1);
  });

  it("goes on, ever more seldom, until it is answered", () => {
    receive(whole(1));
    receive(step(3));
    for (let second = 1; second <= 100; second++) receive(step(3 + second), NOW + second);
    expect(asked).toBe(5); // at 0, 4, 12, 28 and 60
    receive(whole(60), NOW + 101);
    expect(last()).toBe(103);
    for (let second = 102; second <= 200; second++) receive(step(2 + second), NOW + second);
    expect([last(), asked]).toEqual([202, 5]);
  });

  it("is quick again after an answer", () => {
    receive(whole(1));
    for (let second = 0; second < 30; second++) receive(broken, NOW + second);
    expect(asked).toBe(4); // at 0, 4, 12 and 28
    receive(whole(2), NOW + 30);
    for (let second = 30; second < 40; second++) receive(broken, NOW + second);
    expect(asked).toBe(6); // at 32 and 36
  });

  it("says why it cannot, until a snapshot comes all the same", () => {
    const cut = new RunStore(() => {
      throw new Error("Kernel is dead");
    });
    cut.describe(digits);
    cut.receive(whole(1).content, whole(1).buffers, NOW);
    cut.tick(NOW + 8);
    expect(cut.problem.value).toBe("Kernel is dead");
    cut.receive(whole(1).content, whole(1).buffers, NOW + 9);
    expect(cut.problem.value).toBeNull();
  });
});

describe("freshness", () => {
  it("is pending before there is anything, also when deltas wait", () => {
    expect(store.freshness.value).toBe("pending");
    receive(step(3));
    store.tick(NOW + 60);
    expect(store.freshness.value).toBe("pending");
  });

  it("is stale after silence, asks, and is live with the next message", () => {
    receive(whole(1));
    store.tick(NOW + 7);
    expect([store.freshness.value, asked]).toEqual(["live", 0]);
    store.tick(NOW + 8);
    expect([store.freshness.value, asked]).toEqual(["stale", 1]);
    receive(whole(1), NOW + 9);
    expect(store.freshness.value).toBe("live");
  });

  it("is ended with the run, and lives again if it is resumed", () => {
    receive(whole(1));
    const head = { ...running, status: "Completed", ended: NOW };
    receive(delta(digits, { number: 2, head }));
    store.tick(NOW + 100);
    expect([store.freshness.value, asked]).toEqual(["ended", 0]);
    receive(delta(digits, { number: 3, time: NOW + 101 }), NOW + 101);
    expect([store.freshness.value, store.now.value]).toEqual(["live", NOW + 101]);
  });
});

describe("the kernel's time", () => {
  it("follows the page's clock, which may go wrong", () => {
    receive(whole(1), NOW - 3600);
    expect(store.now.value).toBe(NOW);
    store.tick(NOW - 3599);
    expect(store.now.value).toBe(NOW + 1);
  });

  it("moves about once a second, whatever comes", () => {
    receive(whole(1));
    let moves = -1;
    effect(() => {
      void store.now.value;
      moves += 1;
    });
    for (let tenth = 1; tenth <= 100; tenth++) {
      const late = (tenth % 3) / 50;
      receive(
        delta(digits, { number: 1 + tenth, time: NOW + tenth / 10 - late }),
        NOW + tenth / 10,
      );
    }
    expect(moves).toBeGreaterThanOrEqual(9);
    expect(moves).toBeLessThanOrEqual(11);
  });

  it("stands while nothing is heard: a saved notebook's run has not gone on since", () => {
    receive(whole(1));
    store.tick(NOW + 7);
    store.tick(NOW + 86_400);
    expect(store.now.value).toBe(NOW + 7);
    receive(step(2), NOW + 86_401);
    expect(store.now.value).toBe(NOW);
  });

  it("stands when the run has ended", () => {
    const head = { ...running, status: "Failed", ended: NOW };
    receive(snapshot(digits, { head }));
    store.tick(NOW + 50);
    expect(store.now.value).toBe(NOW);
  });
});

describe("a run that goes on after its end", () => {
  const ended = { ...running, status: "Completed", ended: NOW };

  it("is live again", () => {
    receive(snapshot(digits, { number: 1, head: ended, rows: [row(0)] }));
    expect(store.freshness.value).toBe("ended");
    store.tick(NOW + 500);
    expect([store.freshness.value, asked]).toEqual(["ended", 0]);
    receive(snapshot(digits, { number: 2, head: running, rows: [row(0), row(1)] }), NOW + 600);
    expect([store.freshness.value, store.data.value?.rows.count]).toEqual(["live", 2]);
    store.tick(NOW + 610);
    expect(store.freshness.value).toBe("stale");
  });

  it("may have another space, by whose description it is read", () => {
    receive(snapshot(digits, { number: 1, head: ended, rows: [row(0)] }));
    const study = { ...digits, dimensions: digits.dimensions.slice(0, 1) };
    const rows = [{ ...row(0), params: [0.5] }];
    const { content, buffers } = snapshot(study, { number: 2, rows });
    receive({ content: { ...content, study }, buffers });
    expect(store.problem.value).toBeNull();
    expect(store.data.value?.study.dimensions).toHaveLength(1);
    expect(store.data.value?.rows.params.map((column) => column[0])).toEqual([0.5]);
    receive(delta(study, { number: 3, rows }));
    expect(store.problem.value).toBeNull();
  });
});
