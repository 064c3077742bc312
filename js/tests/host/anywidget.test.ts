import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connect } from "../../src/host/anywidget.ts";
import { Draft } from "../../src/state/draft.ts";
import type { Session } from "../../src/state/session.ts";
import { FakeModel } from "../fake-model.ts";
import { CREATED, delta, digits, type Sent, snapshot } from "../samples.ts";

const rows = [0, 1, 2].map((number) => ({ number, standing: "Running", params: [0.1, 1, 0] }));
let lifetime: AbortController;

beforeEach(() => {
  vi.useFakeTimers({ now: 1000 * (CREATED + 60) });
  lifetime = new AbortController();
});

afterEach(() => {
  lifetime.abort();
  vi.useRealTimers();
});

/** A snapshot as it comes in a trait: its buffers are among its fields. */
function trait({ content, buffers }: Sent) {
  return { ...content, buffers };
}

function open(traits: Readonly<Record<string, unknown>>): { model: FakeModel; session: Session } {
  const model = new FakeModel({ study: digits, selected: [], ...traits });
  return { model, session: connect(model, lifetime.signal) };
}

function deliver(model: FakeModel, { content, buffers }: Sent): void {
  model.deliver(content, buffers);
}

describe("the state", () => {
  it("comes with the widget", () => {
    const { model, session } = open({ snapshot: trait(snapshot(digits, { rows })) });
    expect(session.store.data.value?.rows.count).toBe(3);
    expect(session.store.problem.value).toBeNull();
    expect([model.sent, model.saved]).toEqual([[], []]);
  });

  it("goes on with messages, in whatever way their bytes come", () => {
    const { model, session } = open({ snapshot: trait(snapshot(digits)) });
    const { content, buffers } = delta(digits, { number: 1, rows });
    model.deliver(
      content,
      buffers.map((buffer) => new DataView(buffer)),
    );
    expect(session.store.data.value?.rows.count).toBe(3);
  });

  it("is asked for when it did not come", () => {
    const { model, session } = open({ snapshot: null });
    expect(session.store.freshness.value).toBe("pending");
    vi.advanceTimersByTime(1000);
    expect(model.sent).toEqual([{ type: "snapshot" }]);
    deliver(model, snapshot(digits, { rows }));
    expect(session.store.freshness.value).toBe("live");
    vi.advanceTimersByTime(7000);
    expect(model.sent).toHaveLength(1);
  });

  it("is asked for again when the answer does not come", () => {
    const { model } = open({ snapshot: trait(snapshot(digits)) });
    deliver(model, delta(digits, { number: 2 }));
    deliver(model, delta(digits, { number: 3 }));
    expect(model.sent).toHaveLength(1);
    vi.advanceTimersByTime(3000);
    expect(model.sent).toHaveLength(1);
    vi.advanceTimersByTime(2000);
    expect(model.sent).toHaveLength(2);
  });

  it("is taken anew when a connection was lost and the host fetches it", () => {
    const { model, session } = open({ snapshot: trait(snapshot(digits)) });
    vi.advanceTimersByTime(9000);
    expect(session.store.freshness.value).toBe("stale");
    model.change("snapshot", trait(snapshot(digits, { number: 40, rows, time: CREATED + 69 })));
    expect(session.store.freshness.value).toBe("live");
    expect(session.store.data.value?.rows.count).toBe(3);
  });

  it("of a saved notebook is stale at once, and as of the time at which it was saved", () => {
    vi.setSystemTime(1000 * (CREATED + 86_400));
    const { model, session } = open({ snapshot: trait(snapshot(digits, { rows })) });
    const { store } = session;
    expect([store.freshness.value, store.heard]).toEqual(["stale", CREATED + 60]);
    vi.advanceTimersByTime(5000);
    expect(store.now.value).toBe(CREATED + 60);
    deliver(model, delta(digits, { number: 1, time: CREATED + 86_405 }));
    expect([store.freshness.value, store.now.value]).toEqual(["live", CREATED + 86_405]);
  });

  it("of a kernel whose clock is ahead is as live as any", () => {
    const ahead = snapshot(digits, { rows, time: CREATED + 3660 });
    const { session } = open({ snapshot: trait(ahead) });
    vi.advanceTimersByTime(2000);
    expect(session.store.freshness.value).toBe("live");
    expect(session.store.now.value).toBe(CREATED + 3662);
  });

  it("tells of problems on either side", () => {
    const { model, session } = open({ snapshot: trait(snapshot(digits, { rows })) });
    model.deliver({ type: "problem", message: "OperationalError: disk I/O error" });
    expect(session.store.problem.value).toBe("OperationalError: disk I/O error");
    model.deliver({ type: "greeting" });
    expect(session.store.problem.value).toMatch("`message.type` must be one of");
    model.deliver(undefined);
    expect(session.store.problem.value).toBe("`message` must be an object, but got nothing.");
    expect(session.store.data.value?.rows.count).toBe(3);
  });
});

it("asks for a run's files and takes them, which is no sign of life of the run", () => {
  const { model, session } = open({ snapshot: trait(snapshot(digits, { rows })) });
  session.files.open(2);
  expect(model.sent).toEqual([{ type: "files", run: 2, watch: true }]);
  const content = { run: 2, begin: true, from: [0, 0], files: [], more: false, ended: false };
  const proposal = null;
  const buffers = ["one\n", ""].map((text) => new DataView(new TextEncoder().encode(text).buffer));
  model.deliver({ type: "files", ...content, proposal }, buffers);
  expect(session.files.lines.lines).toEqual([{ kind: "stdout", text: "one" }]);
  expect(session.store.problem.value).toBeNull();
});

it("moves the time on once a second", () => {
  const { session } = open({ snapshot: trait(snapshot(digits)) });
  vi.advanceTimersByTime(5000);
  expect(session.store.now.value).toBe(CREATED + 65);
});

describe("cancelling", () => {
  it("is asked of the kernel", () => {
    const { model, session } = open({});
    session.commands?.give({ type: "cancel" });
    expect(model.sent).toEqual([{ type: "cancel" }]);
    expect(session.refusal.value).toBeNull();
  });

  it("may be refused, which the next command takes back, but no snapshot", () => {
    const { model, session } = open({ snapshot: trait(snapshot(digits)) });
    const message = "Not canceled: disk full";
    model.deliver({ type: "refusal", command: "cancel", run: null, message, fields: {} });
    deliver(model, snapshot(digits, { number: 1 }));
    expect(session.refusal.value).toBe("Not canceled: disk full");
    expect(session.store.problem.value).toBeNull();
    session.commands?.give({ type: "cancel" });
    expect(session.refusal.value).toBeNull();
  });

  it("fails with words where the kernel is gone", () => {
    const { model, session } = open({});
    vi.spyOn(model, "send").mockImplementation(() => {
      throw new Error("Kernel is dead");
    });
    session.commands?.give({ type: "cancel" });
    expect(session.refusal.value).toBe("Not canceled: Kernel is dead");
  });
});

describe("an answer to a command", () => {
  const data = { snapshot: trait(snapshot(digits, { rows })) };
  const answer = { command: "enqueue", run: null };

  function drafted() {
    const { model, session } = open(data);
    if (session.store.data.value === null) throw new Error("There are no data.");
    const draft = new Draft(session.store.data.value, 0);
    session.draft.value = draft;
    return { model, session, draft };
  }

  it("closes the form of values that are to run, with a note until the next command", () => {
    const { model, session } = drafted();
    model.deliver({ type: "accepted", ...answer, note: "It runs next." });
    expect([session.draft.value, session.note.value]).toEqual([null, "It runs next."]);
    session.commands?.give({ type: "pause" });
    expect(session.note.value).toBeNull();
  });

  it("says which values are wrong", () => {
    const { model, session, draft } = drafted();
    model.deliver({ type: "refusal", ...answer, message: null, fields: { 1: "no" } });
    expect(session.draft.value).toBe(draft);
    expect([...draft.problems.value]).toEqual([[1, "no"]]);
    expect(session.refusal.value).toBeNull();
  });

  it("to another command leaves the form alone", () => {
    const { model, session, draft } = drafted();
    model.deliver({ type: "accepted", command: "resume", run: 2, note: null });
    expect(session.draft.value).toBe(draft);
    expect(session.answer.value).toMatchObject({ command: "resume", run: 2, accepted: true });
  });
});

it("ends with the model, whatever it waits for: nothing listens, ticks or asks any more", () => {
  const { model, session } = open({ snapshot: trait(snapshot(digits)) });
  deliver(model, delta(digits, { number: 5 }));
  expect(model.listeners).toBeGreaterThan(0);
  expect(vi.getTimerCount()).toBe(1);
  lifetime.abort();
  expect([model.listeners, vi.getTimerCount()]).toEqual([0, 0]);
  vi.advanceTimersByTime(60_000);
  session.linked.select(1, false);
  expect([model.sent.length, model.saved]).toEqual([1, []]);
});
