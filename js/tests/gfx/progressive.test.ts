import { beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { progressive } from "../../src/gfx/progressive.ts";

/** Milliseconds, and pieces drawn so far; the pieces that had been drawn when a picture was shown. */
let clock: number;
let pieces: number;
let shown: number[];
let ending: AbortController;
beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => {
    ending.abort();
    vi.advanceTimersToNextFrame(); // no test waits for a frame of the one before
    vi.useRealTimers();
  });
  vi.spyOn(performance, "now").mockImplementation(() => clock);
  [clock, pieces, shown] = [0, 0, []];
  ending = new AbortController();
});

/** Draws in twelve pieces of 5 ms each. */
function* slowly(): Generator<undefined> {
  for (let piece = 0; piece < 12; piece++) {
    pieces += 1;
    clock += 5;
    yield;
  }
  shown.push(pieces);
}

/** Let a frame pass, with the microtasks in it. */
async function frame(): Promise<void> {
  vi.advanceTimersToNextFrame();
  for (let i = 0; i < 9; i++) await Promise.resolve();
}

it("draws much after a rest, then little in each frame, and shows the whole, once", async () => {
  const redraw = progressive(slowly, ending.signal);
  redraw();
  redraw();
  expect(pieces).toBe(0);
  await frame();
  expect([pieces, shown]).toEqual([8, []]);
  await frame();
  expect([pieces, shown]).toEqual([10, []]);
  await frame();
  await frame();
  expect([pieces, shown]).toEqual([12, [12]]);
  await frame();
  expect(pieces).toBe(12);
  clock += 101;
  redraw();
  await frame();
  expect(pieces).toBe(20);
});

it("finishes a picture before it begins with what was asked for meanwhile", async () => {
  const redraw = progressive(slowly, ending.signal);
  redraw();
  for (let i = 0; i < 20; i++) {
    await frame();
    if (i < 10) redraw();
  }
  expect(shown).toEqual([12, 24, 36]);
});

it("draws no more when it is over", async () => {
  const redraw = progressive(slowly, ending.signal);
  redraw();
  await frame();
  ending.abort();
  redraw();
  await frame();
  expect([pieces, shown]).toEqual([8, []]);
});
