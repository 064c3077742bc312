import type { RunStore } from "../../state/run-store.ts";
import { summaryOf } from "./error-text.ts";

/** What went wrong, in place; the data stays where it is. */
export function Problems({ store }: { store: RunStore }) {
  const problem = store.problem.value;
  const error = store.head.value?.error ?? null;
  return (
    <>
      {problem !== null && <Problem title="This view is not up to date" text={problem} />}
      {error !== null && <Problem title="The run failed" text={error} />}
    </>
  );
}

/** A short text stands there as it is, a long one is folded behind its summary. */
function Problem({ title, text }: { title: string; text: string }) {
  const summary = summaryOf(text);
  if (summary === text.trim()) {
    return (
      <p class="states-problem" role="alert">
        <b>{title}:</b> {summary}
      </p>
    );
  }
  return (
    <div class="states-problem" role="alert">
      <details>
        <summary>
          <b>{title}:</b> {summary}
        </summary>
        <pre>{text}</pre>
      </details>
    </div>
  );
}
