import { expect, it } from "vitest";
import { parseStudy } from "../../src/state/study.ts";
import { digits } from "../samples.ts";

const [rate, hidden] = digits.dimensions;

it("takes over what the kernel says", () => {
  expect(parseStudy(JSON.parse(JSON.stringify(digits)))).toEqual(digits);
});

it("takes over a dimension without bounds", () => {
  const dimensions = [{ ...rate, low: null, high: null }];
  expect(parseStudy({ ...digits, dimensions }).dimensions).toEqual(dimensions);
});

it.each([
  [{ run: 7 }, "`study.run` must be a text, but got 7."],
  [{ experiment: undefined }, "`study.experiment` must be a text, but got nothing."],
  [{ goal: "MAXIMIZE" }, '`study.goal` must be one of minimize, maximize, but got "MAXIMIZE".'],
  [{ concurrent: 1.5 }, "`study.concurrent` must be a whole number >= 0, but got 1.5."],
  [{ concurrent: -1 }, "`study.concurrent` must be a whole number >= 0, but got -1."],
  [{ created: "now" }, '`study.created` must be a number, but got "now".'],
  [{ created: Number.NaN }, "`study.created` must be a number, but got null."],
  [{ dimensions: {} }, "`study.dimensions` must be a list, but got {}."],
  [{ dimensions: [rate, []] }, "`study.dimensions[1]` must be an object, but got []."],
  [
    { dimensions: [{ ...rate, kind: "colour" }] },
    '`study.dimensions[0].kind` must be one of number, choice, but got "colour".',
  ],
  [
    { dimensions: [{ ...rate, integer: 0 }] },
    "`study.dimensions[0].integer` must be true or false, but got 0.",
  ],
  [
    { dimensions: [{ ...rate, low: "0" }] },
    '`study.dimensions[0].low` must be a number, but got "0".',
  ],
  [
    { dimensions: [{ ...hidden, gone: -1 }] },
    "`study.dimensions[0].gone` must be a whole number >= 0, but got -1.",
  ],
  [
    { dimensions: [{ ...hidden, options: ["16", 32] }] },
    "`study.dimensions[0].options[1]` must be a text, but got 32.",
  ],
  [
    { dimensions: [{ ...rate, when: [0] }] },
    "`study.dimensions[0].when` must be two indices, but got [0].",
  ],
  [{ standings: null }, "`study.standings` must be a list, but got null."],
  [{ reasons: [null] }, "`study.reasons[0]` must be a text, but got null."],
  [{ buckets: [] }, "`study.buckets` must be an object, but got []."],
  [
    { buckets: { primary: 3, other: 2 } },
    "`study.buckets.primary` must be an even number >= 2, but got 3.",
  ],
  [
    { buckets: { primary: 4, other: 0 } },
    "`study.buckets.other` must be an even number >= 2, but got 0.",
  ],
])("says which field is wrong: %j", (wrong, message) => {
  expect(() => parseStudy({ ...digits, ...wrong })).toThrow(new TypeError(message));
});

it("shows no more than the beginning of a long value", () => {
  expect(() => parseStudy({ ...digits, concurrent: "x".repeat(1000) })).toThrow(
    `\`study.concurrent\` must be a whole number >= 0, but got "${"x".repeat(79)}….`,
  );
});
