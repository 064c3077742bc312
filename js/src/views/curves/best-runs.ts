/**
 * Return the `k` best of `runs`, the best first; of equal ones the earlier.
 *
 * @param values by run; those that are not finite are left out.
 */
export function bestRuns(
  runs: Iterable<number>,
  values: Float64Array,
  goal: "minimize" | "maximize",
  k: number,
): number[] {
  const sign = goal === "maximize" ? 1 : -1;
  const score = (run: number) => sign * (values[run] ?? Number.NaN);
  const best: number[] = [];
  for (const run of runs) {
    if (!Number.isFinite(score(run))) continue;
    let rank = best.length;
    while (rank > 0 && score(run) > score(best[rank - 1] ?? run)) rank -= 1;
    if (rank >= k) continue;
    best.splice(rank, 0, run);
    best.length = Math.min(best.length, k);
  }
  return best;
}
