import type { RunStore } from "../state/run-store.ts";

/** The part of anywidget's model that we use; marimo and the tests have one of their own. */
export interface Model {
  get(name: string): unknown;
  on(event: string, callback: () => void): void;
  off(event: string, callback: () => void): void;
}

const TRAIT = "headline";

/** Feed `store` from the model's trait until `signal` aborts. */
export function connect(model: Model, store: RunStore, signal: AbortSignal): void {
  // marimo hands the callback the bare value, Jupyter an event: both answer `get`.
  const read = () => store.receive(model.get(TRAIT));
  model.on(`change:${TRAIT}`, read);
  signal.addEventListener("abort", () => model.off(`change:${TRAIT}`, read), { once: true });
  read();
}
