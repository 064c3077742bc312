import { Linked } from "../state/linked.ts";
import { RunStore } from "../state/run-store.ts";
import type { Session } from "../state/session.ts";
import { Settings } from "../state/settings.ts";
import { shareSelection } from "./shared-selection.ts";

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
  const take = () => {
    const snapshot = model.get("snapshot") as { buffers?: unknown[] } | null | undefined;
    if (snapshot) store.receive(snapshot, snapshot.buffers ?? [], seconds());
  };
  // Lab fetches the whole state anew when it has lost its connection for a while.
  listen("change:snapshot", take);
  store.describe(model.get("study"));
  take();

  shareSelection(model, store, linked, signal);
  const timer = setInterval(() => store.tick(seconds()), TICK_MILLISECONDS);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  return {
    store,
    linked,
    settings: new Settings(),
    commands: { cancel: () => model.send({ type: "cancel" }) },
  };
}
