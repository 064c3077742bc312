import { effect } from "@preact/signals";
import { Linked } from "../state/linked.ts";
import { runId } from "../state/rows.ts";
import { RunStore } from "../state/run-store.ts";
import type { Session } from "../state/session.ts";
import { Settings } from "../state/settings.ts";

/** The part of anywidget's model that we use; marimo and the tests have one of their own. */
export interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  send(content: unknown): void;
  on(event: string, callback: (...args: never[]) => void): void;
  off(event: string, callback: (...args: never[]) => void): void;
}

const TICK_MILLISECONDS = 1000;

/** Connect a session to the model, until `signal` aborts. */
export function connect(model: Model, signal: AbortSignal): Session {
  const store = new RunStore(() => model.send({ type: "snapshot" }));
  const linked = new Linked(store);
  const seconds = () => Date.now() / 1000;

  const listen = (event: string, callback: (...args: never[]) => void) => {
    model.on(event, callback);
    signal.addEventListener("abort", () => model.off(event, callback), { once: true });
  };
  listen("msg:custom", (content: { type?: unknown; message?: unknown }, buffers?: unknown[]) => {
    if (content?.type === "problem") store.fail(String(content.message));
    else store.receive(content, buffers ?? [], seconds());
  });

  store.describe(model.get("study"));
  const snapshot = model.get("snapshot") as { buffers?: unknown[] } | null | undefined;
  if (snapshot) store.receive(snapshot, snapshot.buffers ?? [], seconds());

  shareSelection(model, store, linked, listen, signal);
  const timer = setInterval(() => store.tick(seconds()), TICK_MILLISECONDS);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  return {
    store,
    linked,
    settings: new Settings(),
    commands: { cancel: () => model.send({ type: "cancel" }) },
  };
}

/** Keep the selected runs and the trait of their ids the same; whoever changes one changes both. */
function shareSelection(
  model: Model,
  store: RunStore,
  linked: Linked,
  listen: (event: string, callback: () => void) => void,
  signal: AbortSignal,
): void {
  const study = () => store.data.peek()?.study;
  const read = (): string[] => (model.get("selected") as string[] | undefined) ?? [];
  const take = () => {
    const prefix = `${study()?.run}_`;
    const numbers = read()
      .filter((id) => id.startsWith(prefix))
      .map((id) => Number(id.slice(prefix.length)));
    linked.selection.value = new Set(numbers);
  };
  // marimo hands the callback the bare value, Jupyter an event: both answer `get`.
  listen("change:selected", take);
  take();
  const stop = effect(() => {
    const selection = linked.selection.value;
    const known = study();
    if (known === undefined) return;
    const ids = [...selection].sort((a, b) => a - b).map((run) => runId(known, run));
    if (JSON.stringify(ids) === JSON.stringify(read())) return;
    model.set("selected", ids);
    model.save_changes();
  });
  signal.addEventListener("abort", stop, { once: true });
}
