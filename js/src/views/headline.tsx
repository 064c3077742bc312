import type { ReadonlySignal } from "@preact/signals";
import type { Best, Headline } from "../state/headline.ts";
import type { HeadlineState } from "../state/run-store.ts";
import { formatMetric, formatStatus } from "./format.ts";
import { occurring, StatusIcon, statusStyle } from "./status.tsx";

/** The headline of one HyperDrive run: name, status, progress, counts and the incumbent. */
export function HeadlineView({ state }: { state: ReadonlySignal<HeadlineState> }) {
  const current = state.value;
  const headline = current.kind === "pending" ? null : current.headline;
  return (
    <article class="card">
      {current.kind === "error" && (
        <p class="problem" role="alert">
          This view is not up to date: {current.message}
        </p>
      )}
      {headline === null ? (
        <p class="waiting">Waiting for the kernel…</p>
      ) : (
        <Ready headline={headline} />
      )}
    </article>
  );
}

function Ready({ headline }: { headline: Headline }) {
  return (
    <>
      <header class="title">
        <h2 class="name">{headline.name}</h2>
        <span class="status" role="status">
          <StatusIcon status={headline.status} />
          {formatStatus(headline.status)}
        </span>
      </header>
      <Incumbent best={headline.best} />
      <Progress headline={headline} />
    </>
  );
}

function Incumbent({ best }: { best: Best | null }) {
  if (best === null) {
    return <p class="best waiting">No run has logged the primary metric.</p>;
  }
  return (
    <dl class="best">
      <dt>Best {best.metric}</dt>
      <dd class="value" title={String(best.value)}>
        {formatMetric(best.value)}
      </dd>
      <dd class="run">{best.run}</dd>
    </dl>
  );
}

/** The bar draws what has ended, what is under way and what waits: the counts as a picture. */
function Progress({ headline: { done, total, counts } }: { headline: Headline }) {
  const shown = occurring(counts);
  const started = shown.reduce((sum, [, count]) => sum + count, 0);
  const whole = Math.max(total, started, 1);
  return (
    <section class="progress">
      <div
        class="bar"
        role="progressbar"
        aria-label="Runs done"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
      >
        {shown.map(([status, count]) => (
          <i
            key={status}
            class={`tone-${statusStyle(status).tone}`}
            style={{ width: `${(100 * count) / whole}%` }}
          />
        ))}
      </div>
      <p class="done">
        <b>{done}</b> of {total} runs done
      </p>
      <ul class="counts">
        {shown.map(([status, count]) => (
          <li key={status}>
            <StatusIcon status={status} />
            <b>{count}</b> {formatStatus(status)}
          </li>
        ))}
      </ul>
    </section>
  );
}
