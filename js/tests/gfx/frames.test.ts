import { beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { onceAFrame } from "../../src/gfx/frames.ts";

let clock: number;
let drawn: string[];
let ending: AbortController;
beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => {
    ending.abort();
    vi.advanceTimersToNextFrame(); // no test waits for a frame of the one before
    vi.useRealTimers();
  });
  vi.spyOn(performance, "now").mockImplementation(() => clock);
  [clock, drawn] = [0, []];
  ending = new AbortController();
});

/** Let a frame pass, with the microtasks in it. */
async function frame(): Promise<void> {
  vi.advanceTimersToNextFrame();
  for (let i = 0; i < 9; i++) await Promise.resolve();
}

function drawing(name: string, milliseconds: number): () => void {
  return onceAFrame(() => {
    drawn.push(name);
    clock += milliseconds;
  }, ending.signal);
}

it("draws once in a frame, however often it is asked", async () => {
  const ask = drawing("a", 0);
  ask();
  ask();
  expect(drawn).toEqual([]);
  await frame();
  await frame();
  expect(drawn).toEqual(["a"]);
  ask();
  await frame();
  expect(drawn).toEqual(["a", "a"]);
});

it("draws in one frame what takes no time", async () => {
  drawing("a", 1)();
  drawing("b", 1)();
  drawing("c", 1)();
  await frame();
  expect(drawn).toEqual(["a", "b", "c"]);
});

it("lets what waited go first after a frame that was full", async () => {
  const [a, b] = [drawing("a", 9), drawing("b", 9)];
  for (let i = 0; i < 3; i++) {
    a();
    b();
    await frame();
  }
  expect(drawn).toEqual(["a", "b", "a"]);
});

it("counts what components take that are drawn in a microtask", async () => {
  const component = onceAFrame(() => {
    queueMicrotask(() => {
      clock += 9;
    });
  }, ending.signal);
  component();
  drawing("a", 0)();
  await frame();
  expect(drawn).toEqual([]);
  await frame();
  expect(drawn).toEqual(["a"]);
});

it("goes on after a drawing that fails, and draws nothing when it is over", async () => {
  const failing = onceAFrame(() => {
    throw new Error("no canvas");
  }, new AbortController().signal);
  failing();
  const ask = drawing("a", 0);
  ask();
  expect(() => vi.advanceTimersToNextFrame()).toThrow("no canvas");
  await frame();
  expect(drawn).toEqual(["a"]);
  ask();
  ending.abort();
  ask();
  await frame();
  expect(drawn).toEqual(["a"]);
});
