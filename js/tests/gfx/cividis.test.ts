import { expect, test } from "vitest";
import { cividis } from "../../src/gfx/cividis.ts";

// As d3-scale-chromatic's interpolateCividis has them.
test.each([
  [0, "rgb(0, 32, 81)"],
  [0.25, "rgb(60, 77, 110)"],
  [0.5, "rgb(127, 124, 117)"],
  [0.75, "rgb(187, 175, 113)"],
  [1, "rgb(253, 234, 69)"],
])("the colour at %f is %s", (share, colour) => {
  expect(cividis(share)).toBe(colour);
});
