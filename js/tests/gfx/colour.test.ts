import { describe, expect, it } from "vitest";
import { colourOf, gradeOf, pinnedStyle, reachedOf, rgbOf } from "../../src/gfx/colour.ts";

const LEVELS = Array.from({ length: 256 }, (_, level) => level);
/** Papers of a plain page, of JupyterLab and of our own dark fallback. */
const PAPERS: [string, boolean][] = [
  ["rgb(255, 255, 255)", false],
  ["rgb(33, 33, 33)", true],
  ["rgb(22, 25, 29)", true],
];

/** The relative luminance of WCAG 2.2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast ratio of WCAG 2.2, from 1 to 21. */
function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe("a grade", () => {
  it("is the highest for the better end, whichever that is", () => {
    const values = [3, Number.NaN, 1, 2, Number.POSITIVE_INFINITY];
    const maximize = gradeOf(values, "maximize");
    const minimize = gradeOf(values, "minimize");
    expect([1, 2, 3].map(maximize)).toEqual([0, 128, 255]);
    expect([1, 2, 3].map(minimize)).toEqual([255, 128, 0]);
  });

  it("stays within what was reached", () => {
    expect([-5, 99].map(gradeOf([0, 1], "maximize"))).toEqual([0, 255]);
  });

  it("is the best one where all are the same", () => {
    expect(gradeOf([2], "maximize")(2)).toBe(255);
    expect(gradeOf([2, 2], "minimize")(2)).toBe(255);
  });

  it("is none where there is no value", () => {
    expect(gradeOf([], "maximize")(1)).toBeNaN();
    expect(gradeOf([1, 2], "maximize")(Number.NaN)).toBeNaN();
    expect(gradeOf([2, 2], "maximize")(Number.NaN)).toBeNaN();
  });

  it("goes from the worst to the best of the finite values", () => {
    const values = [3, Number.NaN, 1, Number.POSITIVE_INFINITY];
    expect(reachedOf(values, "maximize")).toEqual({ worst: 1, best: 3 });
    expect(reachedOf(values, "minimize")).toEqual({ worst: 3, best: 1 });
    expect(reachedOf([Number.NaN], "minimize")).toEqual({ worst: Number.NaN, best: Number.NaN });
  });
});

describe.each(PAPERS)("a colour on %s", (paper, dark) => {
  const contrasts = LEVELS.map((level) => contrast(colourOf(level, dark), paper));

  it("can be seen at every level, and the best one cannot be missed", () => {
    expect(Math.min(...contrasts)).toBeGreaterThan(2);
    expect(contrasts[255]).toBeGreaterThan(7);
  });

  it("stands out the more the better the level is", () => {
    for (const level of LEVELS.slice(16)) {
      expect(contrasts[level]).toBeGreaterThan(contrasts[level - 16] ?? Number.NaN);
    }
  });
});

it("has a colour for a run that has no grade", () => {
  expect(colourOf(Number.NaN, false)).toBe("#888");
});

describe("pinned runs", () => {
  it.each(PAPERS)("can be seen on %s", (paper, dark) => {
    for (const place of [0, 1, 2, 3]) {
      const [red, green, blue] = (pinnedStyle(place, dark).colour.match(/[\da-f]{2}/g) ?? []).map(
        (part) => Number.parseInt(part, 16),
      );
      expect(contrast(`rgb(${red}, ${green}, ${blue})`, paper)).toBeGreaterThan(3);
    }
  });

  it("differ in both colour and dashes for as long as there are four", () => {
    const styles = [0, 1, 2, 3].map((place) => pinnedStyle(place, true));
    expect(new Set(styles.map(({ colour }) => colour)).size).toBe(4);
    expect(new Set(styles.map(({ dash }) => dash.join())).size).toBe(4);
  });

  it("differ in one of them for as long as there are sixteen", () => {
    const styles = Array.from({ length: 16 }, (_, place) =>
      JSON.stringify(pinnedStyle(place, false)),
    );
    expect(new Set(styles).size).toBe(16);
  });
});

it.each([
  ["#204060", [32, 64, 96]],
  ["rgb(1, 2, 3)", [1, 2, 3]],
  ["rgba(10, 20, 30, 0.5)", [10, 20, 30]],
  ["rgb(10.4 20.6 300)", [10, 21, 255]],
  ["color(srgb 0.5 1 1e-3)", [128, 255, 0]],
  ["color(srgb -0.1 0 1 / 0.5)", [0, 0, 255]],
  ["teal", [128, 128, 128]],
])("reads %s as red, green and blue", (colour, channels) => {
  expect(rgbOf(colour)).toEqual(channels);
});
