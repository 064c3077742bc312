import { signal } from "@preact/signals";
import type { AxisId } from "./axes.ts";

export type Tab = "curves" | "parallel";

/** A column of the table; a dimension of the space by its index. */
export type Column =
  | "run"
  | "standing"
  | "best"
  | "last"
  | "step"
  | "started"
  | "duration"
  | "reason"
  | number;

/** The values of the primary metric are sorted by its goal: the best or the worst first. */
export type Order = "ascending" | "descending" | "best" | "worst";

export interface Sort {
  readonly column: Column;
  readonly order: Order;
}

/** What a person has chosen to look at: no live update changes it. */
export class Settings {
  /** The chosen tab; null for the one that suits the data. */
  readonly tab = signal<Tab | null>(null);
  /** What the table is sorted by, then by what; runs that are equal in all of it go by number. */
  readonly sort = signal<readonly Sort[]>([{ column: "best", order: "best" }]);
  /** The widths in pixels of the table's columns that were resized. */
  readonly widths = signal<ReadonlyMap<Column, number>>(new Map());
  /** The metric whose curves are shown; null for the primary one. */
  readonly metric = signal<string | null>(null);
  /** How the curves are shown: the axes, whether also the few values that lie far out, and which part of x (null for all). */
  readonly curves = {
    x: signal<"step" | "time">("step"),
    log: signal(false),
    full: signal(false),
    zoom: signal<{ readonly low: number; readonly high: number } | null>(null),
  };
  /** The order of the parallel axes; null for that of the space. */
  readonly axes = signal<readonly AxisId[] | null>(null);
}
