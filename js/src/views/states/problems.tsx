import type { Session } from "../../state/session.ts";
import { summaryOf } from "./error-text.ts";

/** What went wrong, in place; the data stays where it is. */
export function Problems({ session: { store, refusal } }: { session: Session }) {
  const problem = store.problem.value;
  const error = store.head.value?.error ?? null;
  return (
    <>
      {problem !== null && <Problem title="Something went wrong" text={problem} />}
      {refusal.value !== null && (
        <Problem
          title="Something went wrong"
          text={refusal.value}
          onDismiss={() => {
            refusal.value = null;
          }}
        />
      )}
      {error !== null && <Problem title="The run failed" text={error} />}
    </>
  );
}

interface ProblemProps {
  readonly title: string;
  readonly text: string;
  /** Takes it away; without it, only what makes up for the problem does. */
  readonly onDismiss?: () => void;
}

/** A short text stands there as it is, a long one is folded behind its summary. */
function Problem({ title, text, onDismiss }: ProblemProps) {
  const summary = summaryOf(text);
  const line = (
    <>
      <b>{title}:</b> {summary}
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
      {onDismiss && (
        <button
          type="button"
          class="states-dismiss"
          aria-label="Dismiss"
          title="Dismiss"
          onClick={onDismiss}
        >
          <span aria-hidden="true">✕</span>
        </button>
      )}
    </div>
  );
}
