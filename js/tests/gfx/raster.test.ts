import { beforeEach, expect, it, vi } from "vitest";
import { type Pen, Raster } from "../../src/gfx/raster.ts";

const BLACK: Pen = { colour: "#000000", alpha: 1, width: 1 };

/** The last picture that was shown. */
let shown: ImageData;
const canvas = document.createElement("canvas");
beforeEach(() => {
  const context = {
    putImageData: (image: ImageData) => {
      shown = image;
    },
  };
  vi.spyOn(canvas, "getContext").mockReturnValue(context as never);
});

/** Draw lines on white paper, and return the reds of the pixels, by row. */
function reds(size: [number, number], pen: Pen, ...lines: [number, number, number, number][]) {
  const raster = new Raster(...size);
  raster.fill("rgb(255, 255, 255)");
  raster.take(pen);
  for (const line of lines) raster.line(...line);
  raster.show(canvas);
  const [width, height] = size;
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => shown.data[4 * (y * width + x)]),
  );
}

it("draws a line through the middle of pixels whole, whichever way it goes", () => {
  const across = [
    [255, 255, 255],
    [255, 0, 0],
    [255, 255, 255],
  ];
  expect(reds([3, 3], BLACK, [1, 1.5, 3, 1.5])).toEqual(across);
  expect(reds([3, 3], BLACK, [3, 1.5, 1, 1.5])).toEqual(across);
  const down = [
    [255, 255, 255],
    [255, 0, 255],
    [255, 0, 255],
  ];
  expect(reds([3, 3], BLACK, [1.5, 1, 1.5, 3])).toEqual(down);
});

it("shares a line out between the pixels that it passes between", () => {
  expect(reds([1, 2], BLACK, [0, 0.75, 1, 0.75])).toEqual([[64], [191]]);
  expect(reds([1, 2], BLACK, [0, 2, 1, 2])).toEqual([[255], [128]]);
  expect(reds([1, 2], BLACK, [0, 0, 1, 0])).toEqual([[128], [255]]);
});

it("follows a slope", () => {
  expect(reds([4, 2], BLACK, [0, 0.5, 4, 1.5])).toEqual([
    [32, 96, 159, 223],
    [223, 159, 96, 32],
  ]);
});

it("covers with a wide line what lies under it", () => {
  const wide = { ...BLACK, width: 2 };
  expect(reds([1, 4], wide, [0, 2, 1, 2])).toEqual([[255], [0], [0], [255]]);
  expect(reds([1, 4], wide, [0, 2.25, 1, 2.25])).toEqual([[255], [64], [0], [191]]);
});

it("draws nothing twice where one line goes on from another", () => {
  const half = { ...BLACK, alpha: 0.5 };
  const lines: [number, number, number, number][] = [
    [0, 0.5, 1.7, 0.5],
    [1.7, 0.5, 4, 0.5],
  ];
  expect(reds([4, 1], half, ...lines)).toEqual([[128, 128, 128, 128]]);
});

it("leaves out what lies outside, and what is nowhere", () => {
  const lines: [number, number, number, number][] = [
    [-9, -9, -1, 20],
    [-5, 1.5, 99, 1.5],
    [1, Number.NaN, 2, 1],
    [1.5, -40, 1.5, 40],
  ];
  for (const width of [1, 3]) {
    const picture = reds([2, 3], { ...BLACK, width }, ...lines);
    expect(picture[1]).toEqual([0, 0]);
    expect(picture[0]?.[1]).toBe(0);
  }
});

it("mixes colours by their alpha, and stays opaque", () => {
  const raster = new Raster(1, 1);
  raster.fill("#204060");
  raster.take({ colour: "#a0c0e0", alpha: 0.25, width: 1 });
  raster.line(0, 0.5, 1, 0.5);
  raster.show(canvas);
  expect([...shown.data]).toEqual([0x40, 0x60, 0x80, 255]);
});

it("becomes a copy, and gives a canvas its size", () => {
  const [one, other] = [new Raster(2, 1), new Raster(2, 1)];
  one.fill("#102030");
  other.copy(one);
  one.fill("#ffffff");
  other.show(canvas);
  expect([...shown.data]).toEqual([16, 32, 48, 255, 16, 32, 48, 255]);
  expect([canvas.width, canvas.height]).toEqual([2, 1]);
});
