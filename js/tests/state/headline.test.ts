import { describe, expect, it } from "vitest";
import { parseHeadline } from "../../src/state/headline.ts";
import { digits } from "../samples.ts";

describe("parseHeadline", () => {
  it("takes what the kernel sends", () => {
    expect(parseHeadline(structuredClone(digits))).toEqual(digits);
    expect(parseHeadline({ ...digits, best: null }).best).toBeNull();
  });

  it.each([
    [[], "`headline` must be an object, but got []."],
    [{ ...digits, name: 3 }, "`headline.name` must be a text, but got 3."],
    [{ ...digits, done: -1 }, "`headline.done` must be a whole number >= 0, but got -1."],
    [{ ...digits, total: "40" }, '`headline.total` must be a whole number >= 0, but got "40".'],
    [{ ...digits, counts: { Running: 0.5 } }, "`headline.counts.Running` must be a whole number"],
    [
      { ...digits, best: { metric: "a", value: null, run: "r" } },
      "`headline.best.value` must be a",
    ],
    [{ ...digits, best: undefined }, "`headline.best` must be an object, but got undefined."],
  ])("names the field that does not hold: %j", (raw, message) => {
    expect(() => parseHeadline(raw)).toThrow(message);
  });
});
