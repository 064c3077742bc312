import { expect, it } from "vitest";
import { Patience } from "../../src/state/patience.ts";

/** The seconds at which it is time to ask, of so many. */
function asked(patience: Patience, from: number, to: number): number[] {
  const seconds = Array.from({ length: to - from }, (_, index) => from + index);
  return seconds.filter((second) => patience.isOver(second));
}

it("asks at once, then with pauses that double up to the longest", () => {
  expect(asked(new Patience(4, 20), 0, 100)).toEqual([0, 4, 12, 28, 48, 68, 88]);
});

it("has short pauses again after an answer, but never shorter ones", () => {
  const patience = new Patience(4, 20);
  expect(asked(patience, 0, 13)).toEqual([0, 4, 12]);
  patience.answered();
  expect(asked(patience, 13, 40)).toEqual([16, 20, 28]);
});
