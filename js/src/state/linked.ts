import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { type AxisId, axisValues } from "./axes.ts";
import type { Data, RunStore } from "./run-store.ts";
import { standingOf } from "./standing.ts";

/** A range of an axis' values; of a choice's options, `[index - 0.5, index + 0.5]`. */
export interface Brush {
  readonly low: number;
  readonly high: number;
}

/** Which runs are shown. */
export interface Shown {
  /** 1 for each run that is, by number; valid up to the count of runs. */
  readonly mask: Uint8Array;
  readonly count: number;
  readonly total: number;
}

/**
 * What all views have in common: one hovered run, one selection, one filter.
 *
 * A run is shown when it lies within the brushes of every axis that has some, its standing is among
 * the chosen ones, and its text holds the sought one.
 */
export class Linked {
  /** The run under the pointer, or null. */
  readonly hover = signal<number | null>(null);
  /** The numbers of the selected runs. */
  readonly selection = signal<ReadonlySet<number>>(new Set());
  readonly brushes = signal<ReadonlyMap<AxisId, readonly Brush[]>>(new Map());
  /** The standings that are shown; empty for all. */
  readonly standings = signal<ReadonlySet<string>>(new Set());
  /** What a run's number, standing, options or note must contain, whatever the case. */
  readonly text = signal("");
  readonly shown: ReadonlySignal<Shown>;
  readonly filtered: ReadonlySignal<boolean>;

  constructor(store: RunStore) {
    this.shown = computed(() => this.#shown(store));
    this.filtered = computed(
      () =>
        this.brushes.value.size > 0 ||
        this.standings.value.size > 0 ||
        this.text.value.trim() !== "",
    );
  }

  /** Set the brushes of an axis; none takes the axis out of the filter. */
  brush(axis: AxisId, brushes: readonly Brush[]): void {
    const next = new Map(this.brushes.value);
    if (brushes.length > 0) next.set(axis, brushes);
    else next.delete(axis);
    this.brushes.value = next;
  }

  /** Show the runs of a standing, or no longer. */
  toggleStanding(standing: string): void {
    this.standings.value = toggled(this.standings.value, standing);
  }

  /** Select one run, or none when it is the only selected one; with `add` (see `adds`), beside the others. */
  select(run: number, add: boolean): void {
    const now = this.selection.value;
    if (add) this.selection.value = toggled(now, run);
    else this.selection.value = now.size === 1 && now.has(run) ? new Set() : new Set([run]);
  }

  clearFilter(): void {
    this.brushes.value = new Map();
    this.standings.value = new Set();
    this.text.value = "";
  }

  #shown(store: RunStore): Shown {
    const data = store.data.value;
    void store.version.value;
    if (data === null) return { mask: new Uint8Array(0), count: 0, total: 0 };
    const { rows, study } = data;
    const total = rows.count;
    const mask = new Uint8Array(total).fill(1);
    for (const [axis, brushes] of this.brushes.value) {
      const values = axisValues(data, axis);
      for (let run = 0; run < total; run++) {
        const value = values[run] ?? Number.NaN;
        if (!brushes.some(({ low, high }) => low <= value && value <= high)) mask[run] = 0;
      }
    }
    const standings = this.standings.value;
    if (standings.size > 0) {
      const wanted = study.standings.map((standing) => standings.has(standing));
      for (let run = 0; run < total; run++) {
        if (!wanted[rows.standing[run] ?? 0]) mask[run] = 0;
      }
    }
    const sought = this.text.value.trim().toLowerCase();
    if (sought !== "") {
      for (let run = 0; run < total; run++) {
        if (mask[run] && !isFound(data, run, sought)) mask[run] = 0;
      }
    }
    return { mask, count: mask.reduce((sum, one) => sum + one, 0), total };
  }
}

/** Whether a click or a key selects a run beside the others. */
export function adds(event: MouseEvent | KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey || event.shiftKey;
}

/** Whether a run has the sought text, in lower case. */
function isFound(data: Data, run: number, sought: string): boolean {
  const options = optionsOf(data, run);
  // A number is a run's, or an option: among the digits of all notes it would find half of the runs.
  if (/^\d+$/.test(sought)) return String(run).startsWith(sought) || options.includes(sought);
  const note = data.rows.notes.get(run) ?? "";
  const text = [`run ${run}`, standingOf(data, run), ...options, note].join("\n");
  return text.toLowerCase().includes(sought);
}

function optionsOf({ study, rows }: Data, run: number): string[] {
  return study.dimensions.map((dimension, index) => {
    const value = rows.params[index]?.[run] ?? Number.NaN;
    return dimension.kind === "choice" ? (dimension.options[value] ?? "") : "";
  });
}

function toggled<T>(set: ReadonlySet<T>, entry: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(entry)) next.add(entry);
  return next;
}
