import type { Data } from "../../state/run-store.ts";
import type { Column, Sort } from "../../state/settings.ts";
import { isFinal, standingOf } from "../../state/standing.ts";
import { isDescending } from "./sort-choice.ts";

/** A column to sort by: a value for each run, by number, NaN where it has none. */
export interface SortKey {
  readonly values: Float64Array | Uint8Array;
  readonly descending: boolean;
}

/**
 * Return the numbers of the runs in `mask` in order.
 *
 * Runs without a value come last whichever way a key goes; runs that are equal in all keys go by
 * number.
 */
export function orderRuns(mask: Uint8Array, keys: readonly SortKey[]): Uint32Array {
  const columns = keys.map(({ values, descending }) =>
    descending ? Float64Array.from(values, (value) => -value) : values,
  );
  const order = new Uint32Array(mask.length);
  let count = 0;
  for (let run = 0; run < mask.length; run++) if (mask[run]) order[count++] = run;
  return order.subarray(0, count).sort((a, b) => {
    for (const column of columns) {
      const [left, right] = [column[a] ?? Number.NaN, column[b] ?? Number.NaN];
      if (left < right) return -1;
      if (left > right) return 1;
      if (left !== right) {
        const missing = Number(Number.isNaN(left)) - Number(Number.isNaN(right));
        if (missing !== 0) return missing;
      }
    }
    return a - b;
  });
}

/**
 * Return the keys of a list of sorts; those of the primary metric put failed runs last, whatever
 * they had reached.
 *
 * @param now the kernel's time in epoch seconds, for the runs that have not ended.
 */
export function sortKeys(data: Data, sorts: readonly Sort[], now: number): SortKey[] {
  return sorts.flatMap(({ column, order }) => {
    const values = columnValues(data, column, now);
    const key = { values, descending: isDescending(order, data.study.goal) };
    const ofMetric = column === "best" || column === "last";
    return ofMetric ? [{ values: failed(data), descending: false }, key] : [key];
  });
}

/** How long a run has taken, in seconds; NaN when it has not started. */
export function durationOf(data: Data, run: number, now: number): number {
  const { rows } = data;
  const started = rows.started[run] ?? Number.NaN;
  const ended = rows.ended[run] ?? Number.NaN;
  if (!Number.isNaN(ended)) return ended - started;
  return isFinal(standingOf(data, run)) ? Number.NaN : Math.max(now - started, 0);
}

function columnValues(data: Data, column: Column, now: number): Float64Array | Uint8Array {
  const { rows } = data;
  if (typeof column === "number") return rows.params[column] ?? new Float64Array(0);
  switch (column) {
    case "run":
      return Float64Array.from({ length: rows.count }, (_, run) => run);
    case "duration":
      return Float64Array.from({ length: rows.count }, (_, run) => durationOf(data, run, now));
    case "reason":
      // The first code means that there is none.
      return Float64Array.from(rows.reason, (code) => code || Number.NaN);
    default:
      return rows[column];
  }
}

function failed({ study, rows }: Data): Uint8Array {
  const code = study.standings.indexOf("Failed");
  return rows.standing.map((standing) => Number(standing === code));
}
