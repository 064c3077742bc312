import { useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Session } from "../../state/session.ts";
import { summaryOf } from "./error-text.ts";

/** What went wrong, in place; the data stays where it is. */
export function Problems({ session }: { session: Session }) {
  const { store, refusal, note } = session;
  const problem = store.problem.value;
  const error = store.head.value?.error ?? null;
  return (
    <>
      {problem !== null && <Problem title="Something went wrong" text={problem} />}
      {refusal.value !== null && (
        <Problem
          text={refusal.value}
          onDismiss={() => {
            refusal.value = null;
          }}
        />
      )}
      {error !== null && <Problem title="The run failed" text={error} />}
      {note.value !== null && <Note session={session} />}
    </>
  );
}

/** What there is to say of a configuration that is to run, until a new run has begun. */
function Note({ session: { store, note } }: { session: Session }) {
  const runs = useComputed(() => {
    void store.version.value;
    return store.data.value?.rows.count ?? 0;
  }).value;
  const before = useRef(runs);
  const end = () => {
    note.value = null;
  };
  useEffect(() => {
    if (runs > before.current) end();
  }, [runs]);
  return (
    <div class="states-problem states-note" role="status">
      <p>{note.value}</p>
      <Dismiss onPress={end} />
    </div>
  );
}

interface ProblemProps {
  /** Left out where the text says by itself what it is of. */
  readonly title?: string;
  readonly text: string;
  /** Takes it away; without it, only what makes up for the problem does. */
  readonly onDismiss?: () => void;
}

/** A short text stands there as it is, a long one is folded behind its summary. */
function Problem({ title, text, onDismiss }: ProblemProps) {
  const summary = summaryOf(text);
  const line = (
    <>
      {title !== undefined && <b>{title}: </b>}
      {summary}
    </>
  );
  return (
    <div class="states-problem" role="alert">
      {summary === text.trim() ? (
        <p>{line}</p>
      ) : (
        <details>
          <summary>{line}</summary>
          <pre>{text}</pre>
        </details>
      )}
      {onDismiss && <Dismiss onPress={onDismiss} />}
    </div>
  );
}

function Dismiss({ onPress }: { onPress: () => void }) {
  return (
    <button
      type="button"
      class="states-dismiss"
      aria-label="Dismiss"
      title="Dismiss"
      onClick={onPress}
    >
      <span aria-hidden="true">✕</span>
    </button>
  );
}
