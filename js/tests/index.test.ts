import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { mount } from "../src/host/mount.ts";
import widget from "../src/index.ts";
import { FakeModel } from "./fake-model.ts";
import { digits, snapshot } from "./samples.ts";

vi.mock("../src/host/mount.ts", () => ({ mount: vi.fn() }));
const mounted = vi.mocked(mount);
let lifetime: AbortController;

beforeEach(() => {
  mounted.mockReset();
  lifetime = new AbortController();
});

afterEach(() => {
  lifetime.abort();
});

function modelOf(run: string): FakeModel {
  const study = { ...digits, run };
  const { content, buffers } = snapshot(study);
  return new FakeModel({ study, selected: [], snapshot: { ...content, buffers } });
}

it("draws every view of a widget on the same session", () => {
  const module = widget();
  module.initialize({ model: modelOf("HD_1"), signal: lifetime.signal });
  const [first, second] = [document.createElement("div"), document.createElement("div")];
  const closing = new AbortController();
  module.render({ el: first, signal: closing.signal });
  closing.abort();
  module.render({ el: second, signal: lifetime.signal });
  expect(mounted.mock.calls.map(([el]) => el)).toEqual([first, second]);
  expect(mounted.mock.calls.map(([, , signal]) => signal)).toEqual([
    closing.signal,
    lifetime.signal,
  ]);
  const [[, session] = [], [, again] = []] = mounted.mock.calls;
  expect(session).toBe(again);
  expect(session?.store.data.value?.study.run).toBe("HD_1");
});

it("keeps widgets apart", () => {
  for (const run of ["HD_1", "HD_2"]) {
    const module = widget();
    module.initialize({ model: modelOf(run), signal: lifetime.signal });
    module.render({ el: document.createElement("div"), signal: lifetime.signal });
  }
  const runs = mounted.mock.calls.map(([, session]) => session.store.data.value?.study.run);
  expect(runs).toEqual(["HD_1", "HD_2"]);
});

it("does not draw what has not been initialized", () => {
  const view = { el: document.createElement("div"), signal: lifetime.signal };
  expect(() => widget().render(view)).toThrow("The widget was drawn before it was initialized.");
});
