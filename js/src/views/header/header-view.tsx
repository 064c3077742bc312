import type { ReadonlySignal } from "@preact/signals";
import type { Head } from "../../state/head.ts";
import type { Data } from "../../state/run-store.ts";
import type { Session } from "../../state/session.ts";
import { isFinal } from "../../state/standing.ts";
import { formatElapsed, formatMetric } from "../format.ts";
import { StatusIcon } from "../status.tsx";
import type { Tally } from "../tally.ts";
import { CancelButton } from "./cancel-button.tsx";
import { ExtendButton } from "./extend-button.tsx";
import { FreshnessBadge } from "./freshness-badge.tsx";
import { PauseButton } from "./pause-button.tsx";
import { ResumeButton } from "./resume-button.tsx";
import { isPaused, statusText } from "./status-text.ts";

export interface HeaderProps {
  readonly session: Session;
  readonly tally: ReadonlySignal<Tally>;
}

/** What the run is, how it stands, and the commands to end it and to have it go on. */
export function HeaderView({ session, tally }: HeaderProps) {
  const { store } = session;
  const data = store.data.value;
  const head = store.head.value;
  if (data === null || head === null) return null;
  return (
    <header class="header">
      <div class="header-title">
        <h2 class="header-name" title={data.study.experiment}>
          {data.study.experiment}
        </h2>
        <p class="header-status">
          <span class="header-standing" role="status">
            <StatusIcon status={isPaused(head) ? "Paused" : head.status} />
            {statusText(head, tally.value.runs - tally.value.done)}
          </span>
          <FreshnessBadge store={store} />
        </p>
      </div>
      <dl class="header-facts">
        {!data.study.single && (
          <>
            <Incumbent session={session} data={data} tally={tally.value} />
            <div>
              <dt>Runs done</dt>
              <dd class="header-figure">
                {tally.value.done - head.repeated}
                <small> / {head.total}</small>
              </dd>
            </div>
          </>
        )}
        <div>
          <dt>Elapsed</dt>
          <dd class="header-figure">
            <Elapsed session={session} head={head} />
          </dd>
        </div>
      </dl>
      <HeaderCommands session={session} head={head} single={data.study.single} />
    </header>
  );
}

interface HeaderCommandsProps {
  readonly session: Session;
  readonly head: Head;
  readonly single: boolean;
}

/** What can be done with the run as a whole, as it stands; where nobody can do it, as it was. */
function HeaderCommands({ session, head, single }: HeaderCommandsProps) {
  const { status, reason } = head;
  if (single || session.commands === null) return <CancelButton session={session} />;
  if (!isFinal(status)) {
    return (
      <>
        <PauseButton session={session} />
        <CancelButton session={session} />
      </>
    );
  }
  if (status !== "Completed") return <ResumeButton session={session} />;
  const budget = reason === "time budget" ? "minutes" : "runs";
  return <ExtendButton session={session} budget={budget} />;
}

interface IncumbentProps {
  readonly session: Session;
  readonly data: Data;
  readonly tally: Tally;
}

/** The best value so far, and the run that reached it; a click selects that run. */
function Incumbent({ session, data, tally: { best } }: IncumbentProps) {
  const { study, rows } = data;
  const value = best === null ? Number.NaN : (rows.best[best] ?? Number.NaN);
  return (
    <div class="header-best">
      <dt title={`Best ${study.metric}`}>Best {study.metric}</dt>
      {best === null ? (
        <dd class="header-figure header-none">–</dd>
      ) : (
        <dd class="header-figure" title={String(value)}>
          {formatMetric(value)}
          <button
            type="button"
            class="header-run"
            title={`Select run ${best}, the best so far`}
            aria-pressed={session.linked.selection.value.has(best)}
            onClick={() => session.linked.select(best, false)}
          >
            <span class="header-star" aria-hidden="true">
              ★
            </span>
            run {best}
          </button>
        </dd>
      )}
    </div>
  );
}

/** In a component of its own, so that a tick of the clock draws nothing else anew. */
function Elapsed({ session, head }: { session: Session; head: Head }) {
  const { started, ended, spent } = head;
  if (started === null) return <>–</>;
  return <>{formatElapsed(spent + (ended ?? session.store.now.value) - started)}</>;
}
