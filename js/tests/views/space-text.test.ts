import { expect, it } from "vitest";
import type { Dimension } from "../../src/state/study.ts";
import { spaceText } from "../../src/views/space-text.ts";
import { LINEAR } from "../samples.ts";

it.each([
  [{}, "0 to 1"],
  [{ low: 1e-5, scale: "log" }, "1e-5 to 1, log scale"],
  [{ low: 16, high: 512, integer: true, scale: "log" }, "16 to 512, whole numbers, log scale"],
  [{ low: 16, high: 512, integer: true, step: 1 }, "16 to 512, whole numbers"],
  [{ low: 10, high: 100, integer: true, step: 10 }, "10 to 100, in steps of 10"],
  [{ step: 0.25, scale: "log" }, "0 to 1, in steps of 0.25, log scale"],
  [{ low: null, high: null }, "any number"],
  [{ low: null }, "up to 1"],
  [{ high: null }, "from 0"],
])("reads %o as %s", (bounds, text) => {
  expect(spaceText({ ...LINEAR, ...bounds } as Dimension)).toBe(text);
});

it("lists the options of a choice", () => {
  expect(
    spaceText({ kind: "choice", name: "solver", when: null, options: ["adam", "sgd"], gone: 0 }),
  ).toBe("adam, sgd");
});
