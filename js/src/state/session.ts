import type { Signal } from "@preact/signals";
import type { Answer, Commands } from "./commands.ts";
import type { Draft } from "./draft.ts";
import type { Linked } from "./linked.ts";
import type { RunFiles } from "./run-files.ts";
import type { RunStore } from "./run-store.ts";
import type { Settings } from "./settings.ts";

/** All that the views of one widget share. */
export interface Session {
  readonly store: RunStore;
  readonly linked: Linked;
  readonly settings: Settings;
  readonly files: RunFiles;
  /** Null where nobody could carry them out: in a report. */
  readonly commands: Commands | null;
  /** What the kernel has said to a command last. */
  readonly answer: Signal<Answer | null>;
  /** Why the last command was not carried out; null when it was, or somebody has read it. */
  readonly refusal: Signal<string | null>;
  /** What there is to say of the last command, which was; null when somebody has read it. */
  readonly note: Signal<string | null>;
  /** The configuration that is being written, by hand; null for none. */
  readonly draft: Signal<Draft | null>;
}
