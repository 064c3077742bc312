import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { Data } from "./run-store.ts";
import { type Dimension, type NumberDimension, offered } from "./study.ts";

/** A configuration while a person writes it, field by field. */
export class Draft {
  /** The run whose values it began with; null where there was none. */
  readonly from: number | null;
  readonly dimensions: readonly Dimension[];
  readonly #texts = signal<readonly string[]>([]);
  readonly #problems = signal<ReadonlyMap<number, string>>(new Map());

  constructor({ study, rows }: Data, from: number | null) {
    this.from = from;
    this.dimensions = study.dimensions;
    this.#texts.value = study.dimensions.map((dimension, index) => {
      const value = from === null ? Number.NaN : (rows.params[index]?.[from] ?? Number.NaN);
      const shown = isOffered(dimension, value) ? value : usual(dimension);
      return Number.isNaN(shown) ? "" : String(shown);
    });
  }

  /** What stands in each field; of a choice the index of its option. */
  get texts(): ReadonlySignal<readonly string[]> {
    return this.#texts;
  }

  /** What is wrong, by field. */
  get problems(): ReadonlySignal<ReadonlyMap<number, string>> {
    return this.#problems;
  }

  /** Write into a field; what was wrong with it is to be seen anew. */
  write(index: number, text: string): void {
    const problems = new Map(this.#problems.value);
    problems.delete(index);
    batch(() => {
      this.#texts.value = this.#texts.value.map((each, at) => (at === index ? text : each));
      this.#problems.value = problems;
    });
  }

  /** Whether a field counts: whether the option that it is nested in is taken. */
  counts(index: number): boolean {
    const when = this.dimensions[index]?.when ?? null;
    if (when === null) return true;
    const [choice, option] = when;
    return this.counts(choice) && this.#texts.value[choice] === String(option);
  }

  /** The values, null for those that do not count; null in all where some are wrong, which `problems` says then. */
  check(): (number | null)[] | null {
    const problems = new Map<number, string>();
    const values = this.dimensions.map((dimension, index) => {
      if (!this.counts(index)) return null;
      const written = this.#texts.value[index] ?? "";
      const problem = dimension.kind === "number" ? problemOf(dimension, written) : null;
      if (problem !== null) problems.set(index, problem);
      return Number(written);
    });
    this.#problems.value = problems;
    return problems.size > 0 ? null : values;
  }

  /** Take over what the kernel finds wrong. */
  refuse(problems: ReadonlyMap<number, string>): void {
    this.#problems.value = problems;
  }
}

/** Bounds are written as logarithms, so that the number meant is only near them. */
const SLACK = 1e-9;

/** What is wrong with the text of a number, null if nothing is. */
function problemOf({ low, high, integer, step }: NumberDimension, written: string): string | null {
  const trimmed = written.trim();
  if (trimmed === "") return "A number is missing.";
  const value = Number(trimmed);
  if (!Number.isFinite(value)) return `This is no number: ${trimmed}`;
  if (integer && !Number.isInteger(value)) return "It must be a whole number.";
  if (low !== null && value < low - SLACK * Math.abs(low)) return `It must be at least ${low}.`;
  if (high !== null && value > high + SLACK * Math.abs(high)) return `It must be at most ${high}.`;
  if (step !== null && Math.abs(value / step - Math.round(value / step)) > SLACK) {
    return `It must be a multiple of ${step}.`;
  }
  return null;
}

/** Whether a value can stand in the form: one that an option of now has, or any number. */
function isOffered(dimension: Dimension, value: number): boolean {
  const count = dimension.kind === "choice" ? offered(dimension).length : Number.POSITIVE_INFINITY;
  return value < count; // which NaN is not
}

/** A value in the middle, where no run has one. */
function usual(dimension: Dimension): number {
  if (dimension.kind === "choice") return 0;
  const { low, high, scale, integer, step } = dimension;
  if (low === null || high === null) return Number.NaN;
  const middle = scale === "log" ? Math.sqrt(low * high) : (low + high) / 2;
  const grid = step ?? (integer ? 1 : null);
  return grid === null ? Number(middle.toPrecision(3)) : grid * Math.round(middle / grid);
}
