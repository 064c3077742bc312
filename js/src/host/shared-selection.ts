import { effect, untracked } from "@preact/signals";
import type { Linked } from "../state/linked.ts";
import { runId, runNumber } from "../state/rows.ts";
import type { RunStore } from "../state/run-store.ts";
import type { Model } from "./anywidget.ts";

/**
 * Keep the selected runs and the trait of their ids the same, until `signal` aborts.
 *
 * What Python sets is not sent back to it, in whatever order its ids are and whether they are known
 * yet: only what a person selects is.
 */
export function shareSelection(
  model: Model,
  store: RunStore,
  linked: Linked,
  signal: AbortSignal,
): void {
  /** What Python has selected last. */
  let taken: ReadonlySet<number> | undefined;
  const take = () => {
    const study = store.data.peek()?.study;
    if (study === undefined) return; // no id can be read yet; they are when the data are there
    const numbers = ids(model)
      .map((id) => runNumber(study, id))
      .filter((number) => number !== null);
    const selection = new Set(numbers);
    if (equal(selection, linked.selection.peek())) return;
    taken = selection;
    linked.selection.value = selection;
  };
  const give = () => {
    const selection = linked.selection.value;
    const study = store.data.peek()?.study;
    if (study === undefined || selection === taken) return;
    const numbers = [...selection].sort((a, b) => a - b);
    const next = numbers.map((number) => runId(study, number));
    if (JSON.stringify(next) === JSON.stringify(ids(model))) return;
    model.set("selected", next);
    model.save_changes();
  };
  // marimo hands the callback the bare value, Jupyter an event: both answer `get`.
  model.on("change:selected", take);
  const ends = [
    () => model.off("change:selected", take),
    effect(() => {
      if (store.data.value !== null) untracked(take);
    }),
    effect(give),
  ];
  signal.addEventListener(
    "abort",
    () => {
      for (const end of ends) end();
    },
    { once: true },
  );
}

function equal(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  return a.size === b.size && [...a].every((number) => b.has(number));
}

function ids(model: Model): readonly string[] {
  const selected = model.get("selected");
  return Array.isArray(selected) ? selected.filter((id) => typeof id === "string") : [];
}
