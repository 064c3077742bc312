import { expect, it } from "vitest";
import { RunStore } from "../../src/state/run-store.ts";
import { digits } from "../samples.ts";

it("is pending until something was sent", () => {
  const store = new RunStore();
  store.receive(null);
  store.receive(undefined);
  expect(store.state.value).toEqual({ kind: "pending" });
  store.receive(digits);
  expect(store.state.value).toEqual({ kind: "ready", headline: digits });
});

it("keeps the last good data beside an error, and recovers", () => {
  const store = new RunStore();
  store.receive(digits);
  store.receive({ ...digits, done: "many" });
  store.receive("garbage");
  expect(store.state.value).toMatchObject({ kind: "error", headline: digits });
  store.receive(digits);
  expect(store.state.value.kind).toBe("ready");
});

it("reports an error before any good data", () => {
  const store = new RunStore();
  store.receive(7);
  expect(store.state.value).toEqual({
    kind: "error",
    message: "`headline` must be an object, but got 7.",
    headline: null,
  });
});
