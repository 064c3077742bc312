import { describe, expect, test } from "vitest";
import { labelled } from "../../../src/views/curves/tick-labels.ts";

describe("labels", () => {
  const ticks = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const at = (height: number) => (tick: number) => height * (1 - Math.log10(tick));
  const shown = (height: number) => labelled(ticks, at(height), 14).filter((tick) => tick !== null);

  test("are as many as there is space for", () => {
    expect(shown(1000)).toEqual(ticks);
    expect(shown(100)).toEqual([1, 2, 3, 5, 7, 10]);
    expect(shown(60)).toEqual([1, 2, 5, 10]);
    expect(shown(30)).toEqual([1, 10]);
  });

  test("stand at the ends where not even decades have space", () => {
    expect(labelled([1, 10, 100, 1000], at(5), 14)).toEqual([1, null, null, 1000]);
  });
});
