import { expect, it } from "vitest";
import type { Study } from "../../src/state/study.ts";
import { currentTally, NO_RUNS } from "../../src/views/tally.ts";
import type { Row } from "../packing.ts";
import { digits, session, snapshot } from "../samples.ts";

const params = [0.1, 0, 0.5];

function tally(rows: readonly Partial<Row>[], goal: Study["goal"] = "maximize") {
  const study = { ...digits, goal };
  const sent = snapshot(study, {
    rows: rows.map((row, number) => ({ number, standing: "Completed", params, ...row })),
  });
  return currentTally(session(study, sent).store);
}

it("counts runs by standing, those that have ended, and those with a value", () => {
  const rows = [
    { standing: "Completed", intervals: 3, best: 0.5 },
    { standing: "Stopped by policy", intervals: 1, best: 0.2 },
    { standing: "Failed" },
    { standing: "Running", intervals: 2, best: Number.NaN },
  ];
  expect(tally(rows)).toEqual({
    runs: 4,
    counts: { Completed: 1, "Stopped by policy": 1, Failed: 1, Running: 1 },
    done: 3,
    logged: 3,
    best: 0,
  });
});

it("finds the best by the goal, the earliest of equals", () => {
  const rows = [{}, { best: 0.3 }, { best: 0.9 }, { best: 0.1 }, { best: 0.9 }, { best: 0.1 }];
  expect(tally(rows).best).toBe(2);
  expect(tally(rows, "minimize").best).toBe(3);
});

it("has no best without a number", () => {
  expect(tally([{ best: Number.NaN }]).best).toBeNull();
  expect(tally([])).toEqual(NO_RUNS);
  expect(currentTally(session(digits).store)).toEqual(NO_RUNS);
});
