import { describe, expect, it } from "vitest";
import { Draft } from "../../src/state/draft.ts";
import { parseStudy } from "../../src/state/study.ts";
import { digits, session, snapshot } from "../samples.ts";

const number = { kind: "number", scale: "linear", low: 0, high: 1, integer: false, step: null };
const choice = { kind: "choice", gone: 0, when: null };
const study = parseStudy({
  ...digits,
  dimensions: [
    { ...number, name: "lr", scale: "log", low: 1e-4, high: 1.0000000000000002, when: null },
    { ...choice, name: "model", options: ["svm", "forest", "net", "tree"], gone: 1 },
    {
      ...number,
      name: "model[1].trees",
      low: 10,
      high: 100,
      integer: true,
      step: 10,
      when: [1, 1],
    },
    { ...choice, name: "model[2].deep", options: ["16", "more"], when: [1, 2] },
    { ...number, name: "model[2].deep[1].x", low: null, high: null, when: [3, 1] },
  ],
});

function draft(from: number | null = null, model = 1): Draft {
  const params = [0.0123456789, model, 40, Number.NaN, Number.NaN];
  const rows = [{ number: 0, standing: "Completed", params }];
  const { data } = session(study, snapshot(study, { rows })).store;
  if (data.value === null) throw new Error("There are no data.");
  return new Draft(data.value, from);
}

/** Write texts into a draft, check it, and return what is wrong, by field. */
function problems(texts: Readonly<Record<number, string>>): Record<number, string> {
  const written = draft(0);
  for (const [index, text] of Object.entries(texts)) written.write(Number(index), text);
  expect(written.check() === null).toBe(written.problems.value.size > 0);
  return Object.fromEntries(written.problems.value);
}

it("takes no option over that there is no more", () => {
  expect(draft(0, 3).texts.value[1]).toBe("0");
});

it("begins with the values of a run, in all their digits, and with usual ones beside", () => {
  expect(draft(0).texts.value).toEqual(["0.0123456789", "1", "40", "0", ""]);
  expect(draft(0).check()).toEqual([0.0123456789, 1, 40, null, null]);
});

it("begins in the middle where there is no run", () => {
  expect(draft().texts.value).toEqual(["0.01", "0", "60", "0", ""]);
});

it("counts what is nested in an option only while that is taken", () => {
  const written = draft(0);
  const counted = () => written.dimensions.map((_, index) => written.counts(index));
  expect(counted()).toEqual([true, true, true, false, false]);
  written.write(1, "2");
  expect(counted()).toEqual([true, true, false, true, false]);
  written.write(3, "1");
  expect(counted()).toEqual([true, true, false, true, true]);
  written.write(1, "0");
  expect(written.check()).toEqual([0.0123456789, 0, null, null, null]);
});

describe("says what is wrong", () => {
  it.each([
    [{ 0: "" }, { 0: "A number is missing." }],
    [{ 0: "7,5" }, { 0: "This is no number: 7,5" }],
    [{ 0: "Infinity" }, { 0: "This is no number: Infinity" }],
    [{ 0: "1e-5" }, { 0: "It must be at least 0.0001." }],
    [{ 0: "1.1" }, { 0: "It must be at most 1.0000000000000002." }],
    [{ 2: "45" }, { 2: "It must be a multiple of 10." }],
    [{ 2: "40.5" }, { 2: "It must be a whole number." }],
    [{ 1: "2", 2: "junk", 3: "1" }, { 4: "A number is missing." }],
    [
      { 0: "x", 2: "1000" },
      { 0: "This is no number: x", 2: "It must be at most 100." },
    ],
  ])("of %j", (texts, expected) => {
    expect(problems(texts)).toEqual(expected);
  });

  it.each([[{ 0: " 1e-4 " }], [{ 0: "1" }], [{ 2: "100" }]])("and of %j nothing", (texts) => {
    expect(problems(texts)).toEqual({});
  });
});

it("forgets what was wrong with a field that is written anew, and no more", () => {
  const written = draft(0);
  written.refuse(
    new Map([
      [0, "no"],
      [2, "no"],
    ]),
  );
  written.write(0, "0.5");
  expect([...written.problems.value]).toEqual([[2, "no"]]);
});
