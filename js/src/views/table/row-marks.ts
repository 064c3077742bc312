import { type ReadonlySignal, type Signal, useComputed } from "@preact/signals";
import type { Linked } from "../../state/linked.ts";

export interface RowMarks {
  readonly class: ReadonlySignal<string>;
  readonly selected: ReadonlySignal<boolean>;
}

/** What marks a run's row: as signals, so that a moving pointer redraws no row. */
export function useRowMarks(
  linked: Linked,
  active: Signal<number | null>,
  run: number,
  base: string,
): RowMarks {
  const selected = useComputed(() => linked.selection.value.has(run));
  const marked = useComputed(() => {
    const marks = [base];
    if (selected.value) marks.push("is-selected");
    if (linked.hover.value === run) marks.push("is-hovered");
    if (active.value === run) marks.push("is-active");
    return marks.join(" ");
  });
  return { class: marked, selected };
}
