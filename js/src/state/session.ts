import type { Signal } from "@preact/signals";
import type { Linked } from "./linked.ts";
import type { RunFiles } from "./run-files.ts";
import type { RunStore } from "./run-store.ts";
import type { Settings } from "./settings.ts";

/** What a person can ask of the kernel. */
export interface Commands {
  /** Cancel the whole run. */
  cancel(): void;
}

/** All that the views of one widget share. */
export interface Session {
  readonly store: RunStore;
  readonly linked: Linked;
  readonly settings: Settings;
  readonly files: RunFiles;
  /** Null where nobody could carry them out: in a report. */
  readonly commands: Commands | null;
  /** Why the last command was not carried out; null when it was, or somebody has read it. */
  readonly refusal: Signal<string | null>;
}
