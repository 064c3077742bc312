import { Fragment } from "preact";
import type { Session } from "../../state/session.ts";

interface NoMetricProps {
  readonly session: Session;
  /** Whether runs have finished without it, so that it may never come. */
  readonly done: boolean;
  /** Called when the curves of another metric are chosen, with which this may go, and the focus. */
  readonly onShow: () => void;
}

const WAITING = ["Waiting for the first value of", "; so far: "];
const NOTHING = ["No run has logged", ""];
const FINISHED = ["Runs finished but never logged", "; they logged: "];

/** Says that no run has logged the primary metric, and offers what they have logged. */
export function NoMetric({ session, done, onShow }: NoMetricProps) {
  const data = session.store.data.value;
  if (data === null) return null;
  const { metric, single } = data.study;
  if (single) {
    const words = done ? "The run has logged no metric." : "Waiting for the first value.";
    return <p class="states-unlogged">{words}</p>;
  }
  const others = session.store.metrics.value.filter((name) => name !== metric);
  const [before, after] = !done ? WAITING : others.length > 0 ? FINISHED : NOTHING;
  return (
    <p class="states-unlogged">
      {before} <code>{metric}</code>
      {others.length > 0 ? after : done && ", nor anything else."}
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
              onShow();
            }}
          >
            {name}
          </button>
        </Fragment>
      ))}
    </p>
  );
}
