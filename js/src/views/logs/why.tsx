import { useComputed } from "@preact/signals";
import type { Proposal } from "../../state/proposal.ts";
import type { Session } from "../../state/session.ts";
import { isFinal, standingOf } from "../../state/standing.ts";
import { formatEstimate, formatMetric, formatSpread } from "../format.ts";

interface WhyProps {
  readonly session: Session;
  readonly run: number;
}

/** What the sampler expected of a run's configuration, beside what came of it. */
export function Why({ session, run }: WhyProps) {
  const proposal = session.files.look.value?.proposal ?? null;
  const metric = session.store.data.value?.study.metric;
  if (proposal === null || metric === undefined) return null;
  return (
    <p class="logs-why">
      <b>Why this configuration:</b>{" "}
      {proposal.origin === "initial" ? (
        "initial design, which covers the space before there is a model"
      ) : (
        <Expected proposal={proposal} metric={metric} />
      )}
      <Reached session={session} run={run} />
    </p>
  );
}

function Expected({ proposal, metric }: { proposal: Proposal; metric: string }) {
  const { predicted, deviation, improvement } = proposal;
  if (predicted === null) return <>chosen by the model</>;
  return (
    <>
      predicted {metric}{" "}
      <span class="logs-number">
        {deviation === null ? formatMetric(predicted) : formatEstimate(predicted, deviation)}
      </span>
      {improvement !== null && (
        <>
          , expected improvement{" "}
          <span
            class="logs-number"
            title="By how much the best run until then was expected to be surpassed, in the mean"
          >
            {formatSpread(improvement)}
          </span>
        </>
      )}
    </>
  );
}

/** The run's best value, drawn anew alone when it changes. */
function Reached({ session: { store }, run }: WhyProps) {
  const text = useComputed(() => {
    void store.version.value;
    const data = store.data.value;
    const best = data?.rows.best[run] ?? Number.NaN;
    if (data === null || Number.isNaN(best)) return null;
    const word = isFinal(standingOf(data, run)) ? "reached" : "so far";
    return { word, best: formatMetric(best) };
  }).value;
  if (text === null) return null;
  return (
    <>
      ; {text.word} <span class="logs-number">{text.best}</span>
    </>
  );
}
