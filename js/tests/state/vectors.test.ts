// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { type Data, RunStore } from "../../src/state/run-store.ts";

/** Numbers as JSON has them, with null for NaN. */
type Numbers = readonly (number | null)[];

/** What the kernel's packing made of a state, and what the page must make of that (tests/vectors). */
interface Vector {
  readonly name: string;
  readonly study: { readonly created: number };
  readonly messages: readonly { readonly content: object; readonly buffers: readonly string[] }[];
  readonly expected: {
    /** By column, each by number of run; those of `params` are lists. */
    readonly rows: Readonly<Record<string, readonly (number | null | Numbers)[]>>;
    /** By metric and number of run. */
    readonly curves: Readonly<Record<string, Readonly<Record<string, ExpectedCurve>>>>;
  };
}

type ExpectedCurve = Readonly<Record<Column, Numbers>> & {
  readonly width: number;
  readonly count: number;
};

const COLUMNS = ["low", "high", "last", "step", "time"] as const;
type Column = (typeof COLUMNS)[number];

const FOLDER = new URL("../../../tests/vectors/", import.meta.url);
const vectors = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".json"))
  .map((file): Vector => JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")));

it("has vectors to check", () => {
  expect(vectors).not.toHaveLength(0);
});

it.each(vectors)("ends where the kernel is: $name", ({ study, messages, expected }) => {
  const asked: string[] = [];
  const store = new RunStore(() => asked.push("snapshot"));
  store.describe(study);
  for (const { content, buffers } of messages) {
    store.receive(content, buffers.map(bytes), study.created);
  }
  expect([store.problem.value, asked]).toEqual([null, []]);
  const data = store.data.value;
  if (data === null) throw new Error("No snapshot was among the messages.");
  const columns = Object.entries(expected.rows);
  expect(data.rows.count).toBe(columns[0]?.[1].length);
  for (const [name, values] of columns) {
    expect(column(data, name), name).toEqual(values.map(fromJson));
  }
  expect(curves(data)).toEqual(expectedCurves(expected.curves));
});

/** A column of the rows, as the kernel names it. */
function column({ rows }: Data, name: string): unknown[] {
  const runs = Array.from({ length: rows.count }, (_, run) => run);
  if (name === "number") return runs;
  if (name === "params") return runs.map((run) => rows.params.map((values) => values[run]));
  const values = (rows as unknown as Readonly<Record<string, ArrayLike<number>>>)[name];
  if (values === undefined) throw new Error(`Rows have no column ${name}.`);
  return runs.map((run) => values[run]);
}

/** All curves that there are: their names are `<metric> of <run>`. */
function curves({ rows, curves }: Data): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const metric of curves.metrics) {
    for (let run = 0; run < rows.count; run++) {
      const curve = curves.get(metric, run);
      if (curve === undefined) continue;
      const filled = (name: Column) => plain(curve[name].subarray(0, curve.buckets));
      found[`${metric} of ${run}`] = columnsOf(curve.width, curve.count, filled);
    }
  }
  return found;
}

function expectedCurves(expected: Vector["expected"]["curves"]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [metric, runs] of Object.entries(expected)) {
    for (const [run, curve] of Object.entries(runs)) {
      const single = (name: Column) =>
        plain(Float32Array.from(curve[name], (v) => v ?? Number.NaN));
      found[`${metric} of ${run}`] = columnsOf(curve.width, curve.count, single);
    }
  }
  return found;
}

function columnsOf(width: number, count: number, of: (name: Column) => number[]) {
  return { width, count, ...Object.fromEntries(COLUMNS.map((name) => [name, of(name)])) };
}

/** Numbers where -0 is 0: which of the two is the less is nobody's business. */
function plain(values: Float32Array): number[] {
  return [...values].map((value) => value + 0);
}

function fromJson(value: number | null | Numbers): unknown {
  return Array.isArray(value) ? value.map(fromJson) : (value ?? Number.NaN);
}

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
