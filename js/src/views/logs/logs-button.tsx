import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { Session } from "../../state/session.ts";

interface LogsButtonProps {
  readonly session: Session;
  readonly run: number;
  /** The run that the keys act on: its button is a tab stop. */
  readonly active: ReadonlySignal<number | null>;
}

/** Opens the logs of a run, from its row. */
export function LogsButton({ session: { files }, run, active }: LogsButtonProps) {
  const stop = useComputed(() => (active.value === run ? 0 : -1));
  const open = useComputed(() => files.look.value?.run === run);
  return (
    <button
      type="button"
      class="logs-button"
      tabIndex={stop}
      aria-expanded={open}
      aria-label={`Logs of run ${run}`}
      title={`Logs and files of run ${run} (L)`}
      onClick={(event) => {
        event.stopPropagation(); // the row would be selected
        files.open(run);
      }}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M3 3.5h10M3 6.5h7M3 9.5h10M3 12.5h5" />
      </svg>
    </button>
  );
}
