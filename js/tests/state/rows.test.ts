import { describe, expect, it } from "vitest";
import { Rows, runId, runNumber } from "../../src/state/rows.ts";
import { packRows, type Row } from "../packing.ts";
import { CREATED, digits, REASONS, STANDINGS, single } from "../samples.ts";

const params = [0.01, 2, 0.9];

function row(number: number, more: Partial<Row> = {}): Row {
  return { number, standing: "Running", params, ...more };
}

function take(rows: Rows, ...packed: Row[]): void {
  const bytes = new DataView(packRows(digits, packed));
  rows.check(bytes, digits);
  rows.unpack(bytes);
}

it("holds each run's values at its number", () => {
  const rows = new Rows(3);
  take(
    rows,
    row(1, {
      standing: "Stopped by policy",
      reason: "policy",
      intervals: 7,
      created: CREATED,
      started: CREATED + 1,
      ended: CREATED + 9,
      best: 0.97,
      last: 0.95,
      step: 14,
    }),
    row(0),
  );
  expect(rows.count).toBe(2);
  expect(STANDINGS[rows.standing[1] ?? 0]).toBe("Stopped by policy");
  expect(REASONS[rows.reason[1] ?? 0]).toBe("policy");
  expect([rows.intervals[1], rows.created[1], rows.started[1], rows.ended[1]]).toEqual([
    7,
    CREATED,
    CREATED + 1,
    CREATED + 9,
  ]);
  expect([rows.best[1], rows.last[1], rows.step[1]]).toEqual([0.97, 0.95, 14]);
  expect(rows.params.map((column) => column[1])).toEqual(params);
  expect([rows.best[0], rows.started[0], rows.intervals[0]]).toEqual([Number.NaN, Number.NaN, 0]);
});

it("keeps what it has while it grows", () => {
  const rows = new Rows(3);
  for (let number = 0; number < 100; number++) take(rows, row(number, { best: number / 8 }));
  expect(rows.count).toBe(100);
  expect([...rows.best.subarray(0, 100)]).toEqual(Array.from({ length: 100 }, (_, i) => i / 8));
});

it("replaces a run that has changed", () => {
  const rows = new Rows(3);
  take(rows, row(0), row(1), row(2));
  take(rows, row(1, { standing: "Completed", best: 1 }));
  expect(rows.count).toBe(3);
  expect([...rows.best.subarray(0, 3)]).toEqual([Number.NaN, 1, Number.NaN]);
});

it("reads a part of a longer buffer, wherever it begins", () => {
  const packed = new Uint8Array(packRows(digits, [row(0, { best: 0.5 })]));
  const longer = new Uint8Array(packed.length + 12);
  longer.set(packed, 5);
  const rows = new Rows(3);
  rows.unpack(new DataView(longer.buffer, 5, packed.length));
  expect([rows.count, rows.best[0], rows.params[2]?.[0]]).toEqual([1, 0.5, 0.9]);
});

describe("refuses", () => {
  const check = (bytes: ArrayBuffer) => () => new Rows(3).check(new DataView(bytes), digits);

  it("half a row", () => {
    expect(check(new ArrayBuffer(90))).toThrow(
      "Rows must come in 88 bytes each, but 90 bytes came.",
    );
  });

  it("a gap between runs", () => {
    expect(check(packRows(digits, [row(0), row(2), row(2)]))).toThrow(
      "Runs must come without a gap, but 2 after 0 reach up to number 2.",
    );
  });

  it("codes that stand for nothing", () => {
    const wrong = packRows(digits, [row(0)]);
    new DataView(wrong).setUint16(4, 99, true);
    expect(check(wrong)).toThrow(
      "Run 0 must have one of 11 standings and 6 reasons, but got number 99 and 0.",
    );
  });
});

describe("a run's id", () => {
  it("is made of its number, and leads back to it", () => {
    expect(runId(digits, 12)).toBe("HD_6b1c_12");
    expect(runNumber(digits, "HD_6b1c_12")).toBe(12);
  });

  it("is that of the whole where there is no other", () => {
    expect(runId(single, 0)).toBe("RUN_6b1c");
    expect(runNumber(single, "RUN_6b1c")).toBe(0);
    expect(runNumber(single, "RUN_6b1c_0")).toBeNull();
  });

  it.each(["", "HD_6b1c", "HD_6b1c_", "HD_6b1c_x", "HD_6b1c_1e3", "HD_6b1c_1_2", "HD_other_1"])(
    "is not %j",
    (id) => {
      expect(runNumber(digits, id)).toBeNull();
    },
  );
});
