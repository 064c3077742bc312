import { batch, Signal } from "@preact/signals";
import {
  type Answer,
  type Command,
  type Commands,
  NOT_DONE,
  parseAnswer,
} from "../state/commands.ts";
import type { Draft } from "../state/draft.ts";
import { errorMessage } from "../state/error-message.ts";
import { Linked } from "../state/linked.ts";
import { RunFiles } from "../state/run-files.ts";
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

/** A message in a trait has its buffers among its fields. */
interface Snapshot {
  readonly time?: unknown;
  readonly buffers?: unknown[];
}

const TICK_MILLISECONDS = 1000;

const GONE =
  "The kernel that fed this view is gone, and what is shown is how the run last stood. Run the cell " +
  "again, or show the recorded run: RunDetails(experiment.get_run(run_id)).";

/** Connect a session to the model, until `signal` aborts. */
export function connect(model: Model, signal: AbortSignal): Session {
  const store = new RunStore(() => {
    try {
      model.send({ type: "snapshot" });
    } catch {
      throw new Error(GONE);
    }
  });
  const linked = new Linked(store);
  const files = new RunFiles((run, watch) => model.send({ type: "files", run, watch }));
  const answer = new Signal<Answer | null>(null);
  const refusal = new Signal<string | null>(null);
  const note = new Signal<string | null>(null);
  const draft = new Signal<Draft | null>(null);
  const seconds = () => Date.now() / 1000;

  const hear = (content: unknown) => {
    const heard = parseAnswer(content);
    batch(() => {
      (heard.accepted ? note : refusal).value = heard.message;
      answer.value = heard;
      if (heard.command !== "enqueue") return;
      if (heard.accepted) draft.value = null;
      else draft.peek()?.refuse(heard.fields);
    });
  };
  const listen = (event: string, callback: (...args: never[]) => void) => {
    model.on(event, callback);
    signal.addEventListener("abort", () => model.off(event, callback), { once: true });
  };
  listen("msg:custom", (content: { type?: unknown; message?: unknown }, buffers?: unknown[]) => {
    if (content?.type === "problem") store.fail(String(content.message));
    else if (content?.type === "refusal" || content?.type === "accepted") hear(content);
    else if (content?.type === "files") files.receive(content, buffers ?? []);
    else store.receive(content, buffers ?? [], seconds());
  });
  const take = () => {
    const snapshot = model.get("snapshot") as Snapshot | null | undefined;
    if (!snapshot) return;
    // A saved notebook brings one of long ago: the kernel was heard of then, and not now.
    const { time } = snapshot;
    const heard = typeof time === "number" ? Math.min(time, seconds()) : seconds();
    batch(() => {
      store.receive(snapshot, snapshot.buffers ?? [], heard);
      store.tick(seconds());
    });
  };
  const describe = () => store.describe(model.get("study"));
  listen("change:study", describe); // the runs have been read, with options of an earlier space
  // Lab fetches the whole state anew when it has lost its connection for a while.
  listen("change:snapshot", take);
  describe();
  take();

  shareSelection(model, store, linked, signal);
  const timer = setInterval(() => store.tick(seconds()), TICK_MILLISECONDS);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  const commands: Commands = {
    give: (command: Command) => {
      refusal.value = null;
      note.value = null;
      try {
        model.send(command);
      } catch (error) {
        refusal.value = `${NOT_DONE[command.type]}: ${errorMessage(error)}`;
      }
    },
  };
  const settings = new Settings();
  return { store, linked, settings, files, commands, answer, refusal, note, draft };
}
