import { type Grade, gradeOf, type Reached, reachedOf } from "../../gfx/colour.ts";
import type { Data } from "../../state/run-store.ts";
import { isFinal, standingOf } from "../../state/standing.ts";
import { bestRuns } from "./best-runs.ts";
import { extremesOf } from "./extremes.ts";
import type { Range } from "./frame.ts";
import { type Abscissa, countsIntervals, type Line, linesOf } from "./line.ts";
import { isPositive, type YRange, yRange } from "./y-range.ts";

/** How a person wants to see the curves. */
export interface Look {
  readonly metric: string;
  readonly x: "step" | "time";
  /** A logarithmic y axis, where the values allow it. */
  readonly log: boolean;
  /** Every value, also the few that lie far out. */
  readonly full: boolean;
  /** A part of the x axis; null for all of it. */
  readonly zoom: Range | null;
}

/** What is drawn: all that is known before there are pixels. */
export interface Scene {
  readonly data: Data;
  readonly metric: string;
  readonly abscissa: Abscissa;
  readonly xTitle: string;
  /** Whether every x is a whole number. */
  readonly whole: boolean;
  /** The lines of the runs that the filter shows, and those of all, by number. */
  readonly shown: readonly Line[];
  readonly all: readonly Line[];
  readonly x: Range;
  readonly y: YRange;
  readonly log: boolean;
  /** Whether the y axis could be logarithmic. */
  readonly positive: boolean;
  /** The best of the shown runs, by the primary metric, the best first. */
  readonly best: readonly number[];
  /** The worst and the best value of the primary metric among those of all runs, and the level of a value. */
  readonly reached: Reached;
  readonly grade: Grade;
}

const BEST = 5;

/**
 * Return what there is to draw.
 *
 * @param mask 1 for each run that the filter shows.
 */
export function sceneOf(data: Data, mask: Uint8Array, look: Look): Scene {
  const { metric } = look;
  const { rows, study } = data;
  const abscissa = isScatter(data, metric) ? "run" : look.x;
  const all = linesOf(data, metric, abscissa);
  const shown = all.filter(({ run }) => mask[run] === 1);
  const positive = isPositive(shown);
  const log = look.log && positive;
  const { whole, ...extent } = extentOf(shown);
  const x = abscissa === "run" ? extent : (look.zoom ?? extent);
  const runs = shown.map(({ run }) => run);
  return {
    data,
    metric,
    abscissa,
    xTitle: abscissa === "step" && countsIntervals(all) ? "interval" : X_TITLES[abscissa],
    whole,
    shown,
    all,
    x,
    y: yRange(shown, x, { full: look.full, log, better: betterEnd(study, metric) }),
    log,
    positive,
    best: bestRuns(runs, rows.best, study.goal, BEST),
    reached: reachedOf(rows.best.subarray(0, rows.count), study.goal),
    grade: gradeOf(rows.best.subarray(0, rows.count), study.goal),
  };
}

const X_TITLES: Readonly<Record<Abscissa, string>> = {
  step: "step",
  time: "elapsed time",
  run: "run",
};

/** Which end of a metric is the better one; that is known of the primary one only. */
function betterEnd(study: Data["study"], metric: string): "low" | "high" | null {
  if (metric !== study.metric) return null;
  return study.goal === "maximize" ? "high" : "low";
}

/** Whether runs log the metric once, so that curves would be dots: some have ended, each with one value. */
function isScatter(data: Data, metric: string): boolean {
  const { rows, curves } = data;
  let ended = 0;
  for (let run = 0; run < rows.count; run++) {
    const count = curves.get(metric, run)?.count ?? 0;
    if (count > 1) return false;
    if (count === 1 && isFinal(standingOf(data, run))) ended += 1;
  }
  return ended > 1;
}

/** Where the lines begin and end, some space around where that is the same; and whether every x is a whole number. */
function extentOf(lines: readonly Line[]): Range & { readonly whole: boolean } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let whole = true;
  for (const line of lines) {
    const span = extremesOf(line);
    low = Math.min(low, line.start, span.x.low);
    high = Math.max(high, span.x.high);
    whole &&= span.whole;
  }
  if (low > high) return { low: 0, high: 1, whole };
  return low === high ? { low: low - 1, high: high + 1, whole } : { low, high, whole };
}
