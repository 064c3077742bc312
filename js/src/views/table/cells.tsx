import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { Data } from "../../state/run-store.ts";
import { formatDuration, formatElapsed, formatStatus } from "../format.ts";
import { StatusIcon } from "../status.tsx";
import { durationOf } from "./order.ts";

/** Marks the best run. */
export function Star() {
  return (
    <svg class="table-star" viewBox="0 0 16 16" role="img" aria-label="Best run">
      <title>Best run</title>
      <path d="m8 1.6 1.9 4.2 4.5.5-3.4 3.1 1 4.5L8 11.6l-4 2.3 1-4.5L1.6 6.3l4.5-.5Z" />
    </svg>
  );
}

/** How a run stands: an icon and a word. */
export function Standing({ standing }: { standing: string }) {
  return (
    <span class="table-standing">
      <StatusIcon status={standing} />
      <span class="table-clip">{formatStatus(standing)}</span>
    </span>
  );
}

/** How long a run took, or has been going on. */
export function durationCell(data: Data, run: number, now: ReadonlySignal<number>) {
  const { started, ended } = data.rows;
  const seconds = durationOf(data, run, now.peek());
  const stands = Number.isNaN(seconds) || !Number.isNaN(ended[run] ?? Number.NaN);
  if (stands) return formatDuration(seconds);
  const since = started[run] ?? Number.NaN;
  return <Ticking key={since} since={since} now={now} />;
}

function Ticking({ since, now }: { since: number; now: ReadonlySignal<number> }) {
  const text = useComputed(() => formatElapsed(now.value - since));
  return <>{text}</>;
}
