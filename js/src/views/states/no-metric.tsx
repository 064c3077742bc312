import { Fragment } from "preact";
import type { Session } from "../../state/session.ts";

/** Says that no run has logged the primary metric, and offers what they have logged. */
export function NoMetric({ session, done }: { session: Session; done: boolean }) {
  const data = session.store.data.value;
  if (data === null) return null;
  const { metric } = data.study;
  const others = session.store.metrics.value.filter((name) => name !== metric);
  if (!done) {
    return (
      <p class="states-unlogged">
        Waiting for the first value of <code>{metric}</code>
      </p>
    );
  }
  return (
    <p class="states-unlogged">
      Runs finished but never logged <code>{metric}</code>;{" "}
      {others.length === 0 ? "they logged nothing else either." : "they logged: "}
      {others.map((name, index) => (
        <Fragment key={name}>
          {index > 0 && ", "}
          <button
            type="button"
            class="states-metric"
            title={`Show the curves of ${name}`}
            onClick={() => {
              session.settings.metric.value = name;
              session.settings.tab.value = "curves";
            }}
          >
            {name}
          </button>
        </Fragment>
      ))}
    </p>
  );
}
