import { afterEach, expect, it, vi } from "vitest";
import { prepare } from "../../src/gfx/canvas.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it("gives a canvas its size also where it has as many pixels as before", () => {
  const context = { setTransform: vi.fn(), clearRect: vi.fn() };
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(context as never);
  const canvas = document.createElement("canvas");
  vi.stubGlobal("devicePixelRatio", 1);
  prepare(canvas, 300, 150);
  vi.stubGlobal("devicePixelRatio", 2);
  prepare(canvas, 150, 75);
  expect([canvas.width, canvas.height]).toEqual([300, 150]);
  expect([canvas.style.width, canvas.style.height]).toEqual(["150px", "75px"]);
  expect(context.setTransform).toHaveBeenLastCalledWith(2, 0, 0, 2, 0, 0);
});
