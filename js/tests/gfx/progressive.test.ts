import { beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { progressive } from "../../src/gfx/progressive.ts";

/** Milliseconds, and pieces drawn so far; the pieces that had been drawn when a picture was shown. */
let clock: number;
let pieces: number;
let shown: number[];
let front: HTMLCanvasElement;
let ending: AbortController;
beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockImplementation(function (
    this: HTMLCanvasElement,
  ) {
    const show = () => {
      if (this === front) shown.push(pieces);
    };
    return { drawImage: show } as never;
  });
  vi.spyOn(performance, "now").mockImplementation(() => clock);
  [clock, pieces, shown] = [0, 0, []];
  front = document.createElement("canvas");
  ending = new AbortController();
});

/** Draws in five pieces of 5 ms each. */
function* slowly(canvas: HTMLCanvasElement): Generator<undefined> {
  canvas.width = 10;
  for (let piece = 0; piece < 5; piece++) {
    pieces += 1;
    clock += 5;
    yield;
  }
}
const frame = () => vi.advanceTimersToNextFrame();

it("draws over several frames and shows the whole, once", () => {
  const redraw = progressive(front, slowly, ending.signal);
  redraw();
  redraw();
  expect(pieces).toBe(0);
  frame();
  expect([pieces, shown]).toEqual([2, []]);
  frame();
  frame();
  expect([pieces, shown]).toEqual([5, [5]]);
  expect(front.width).toBe(10);
  frame();
  expect(pieces).toBe(5);
});

it("finishes a picture before it begins with what was asked for meanwhile", () => {
  const redraw = progressive(front, slowly, ending.signal);
  redraw();
  for (let i = 0; i < 9; i++) {
    frame();
    if (i < 5) redraw();
  }
  expect(shown[0]).toBe(5);
  expect(shown.at(-1)).toBe(10 + 5 * (shown.length - 2));
});

it("draws no more when it is over", () => {
  const redraw = progressive(front, slowly, ending.signal);
  redraw();
  frame();
  ending.abort();
  redraw();
  frame();
  expect([pieces, shown]).toEqual([2, []]);
});
