import { signal } from "@preact/signals";
import type { AxisId } from "./axes.ts";

export type Tab = "curves" | "parallel";

/** A column of the table. */
export type Column =
  | "run"
  | "standing"
  | "best"
  | "last"
  | "step"
  | "started"
  | "duration"
  | "reason"
  | { readonly dimension: number };

export interface Sort {
  readonly column: Column;
  /** "best" of the metric's columns means the better end first; runs without a value are last always. */
  readonly order: "ascending" | "descending" | "best";
}

/** What a person has chosen to look at: no live update changes it. */
export class Settings {
  /** The chosen tab; null for the one that suits the data. */
  readonly tab = signal<Tab | null>(null);
  readonly sort = signal<Sort>({ column: "best", order: "best" });
  /** The metric whose curves are shown; null for the primary one. */
  readonly metric = signal<string | null>(null);
  /** The order of the parallel axes; null for that of the space. */
  readonly axes = signal<readonly AxisId[] | null>(null);
}
