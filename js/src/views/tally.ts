import type { Data, RunStore } from "../state/run-store.ts";
import { isFinal } from "../state/standing.ts";

/** What the rows add up to. */
export interface Tally {
  readonly runs: number;
  /** Runs by their standing; those that occur. */
  readonly counts: Readonly<Record<string, number>>;
  /** Runs that have ended. */
  readonly done: number;
  /** Runs that have logged the primary metric. */
  readonly logged: number;
  /** The incumbent, by its number: of equals the earliest; null while no run has a value. */
  readonly best: number | null;
}

export const NO_RUNS: Tally = { runs: 0, counts: {}, done: 0, logged: 0, best: null };

/** What a run's store adds up to now; for a computed signal, which this has count anew with each change. */
export function currentTally(store: RunStore): Tally {
  void store.version.value;
  return store.data.value === null ? NO_RUNS : tallyOf(store.data.value);
}

function tallyOf({ study, rows }: Data): Tally {
  const byCode = new Array<number>(study.standings.length).fill(0);
  const sign = study.goal === "maximize" ? 1 : -1;
  let logged = 0;
  let [best, height]: [number | null, number] = [null, Number.NEGATIVE_INFINITY];
  for (let run = 0; run < rows.count; run++) {
    const code = rows.standing[run] ?? 0;
    byCode[code] = (byCode[code] ?? 0) + 1;
    if ((rows.intervals[run] ?? 0) > 0) logged += 1;
    const value = sign * (rows.best[run] ?? Number.NaN);
    if (value > height) [best, height] = [run, value];
  }
  const counts: Record<string, number> = {};
  let done = 0;
  study.standings.forEach((standing, code) => {
    const count = byCode[code] ?? 0;
    if (count > 0) counts[standing] = count;
    if (isFinal(standing)) done += count;
  });
  return { runs: rows.count, counts, done, logged, best };
}
