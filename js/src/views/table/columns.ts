import type { Data } from "../../state/run-store.ts";
import type { Column } from "../../state/settings.ts";
import { standingOf } from "../../state/standing.ts";
import type { Dimension, Study } from "../../state/study.ts";
import { formatClock, formatMetric, formatParameter, formatStatus, MISSING } from "../format.ts";

/** A column of the table as it is laid out. */
export interface ColumnLayout {
  readonly column: Column;
  readonly title: string;
  /** Numbers and times are aligned to the right, with figures of equal width. */
  readonly numeric: boolean;
  /** Pixels, unless a person has chosen others. */
  readonly width: number;
}

/** Pixels that a letter of a title and one of a cell take, at most but for some, and the space around. */
const TITLE_LETTER = 7.2;
const LETTER = 8.3;
const PADDING = 20;
/** The icon of a status, and the space after it. */
const ICON = 22;
/** A title that is longer is cut. */
const WIDEST_TITLE = 160;
/** Room for the arrow of a sorted column. */
const ARROW = 12;
/** Room for a number with a sign and an exponent, which would be another one without it. */
const PARAMETER_WIDTH = 92;
const METRIC_WIDTH = 112;

/** The columns of a study from left to right, but for the first one, which has the star. */
export function columnsOf(study: Study): ColumnLayout[] {
  const numeric = (column: Column, title: string, least: number): ColumnLayout => {
    return { column, title, numeric: true, width: fitting(title, least) };
  };
  return [
    numeric("run", "Run", 74),
    { column: "standing", title: "Status", numeric: false, width: 164 },
    numeric("best", `Best ${study.metric}`, METRIC_WIDTH),
    numeric("last", "Last", METRIC_WIDTH),
    numeric("step", "Step", 76),
    ...study.dimensions.map(parameterColumn),
    numeric("started", "Started", 114),
    numeric("duration", "Duration", 96),
    { column: "reason", title: "Reason", numeric: false, width: 220 },
  ];
}

/** The text of a run's cell; that of a status and of a duration are more than texts (cells.tsx). */
export function cellText(data: Data, column: Column, run: number, now: number): string {
  const { study, rows } = data;
  if (typeof column === "number") {
    const dimension = study.dimensions[column];
    return dimension === undefined
      ? MISSING
      : formatParameter(rows.params[column]?.[run] ?? Number.NaN, dimension);
  }
  switch (column) {
    case "run":
      return String(run);
    case "standing":
      return formatStatus(standingOf(data, run));
    case "started":
      return formatClock(rows.started[run] ?? Number.NaN, now, "second");
    case "reason":
      return formatReason(study.reasons[rows.reason[run] ?? 0] ?? "", rows.notes.get(run) ?? "");
    case "best":
      return formatMetric(rows.best[run] ?? Number.NaN);
    case "last": {
      const last = rows.last[run] ?? Number.NaN;
      // What was logged last may be NaN itself.
      return Number.isNaN(last) && (rows.intervals[run] ?? 0) > 0 ? "NaN" : formatMetric(last);
    }
    case "step": {
      const step = rows.step[run] ?? Number.NaN;
      return Number.isNaN(step) ? MISSING : String(step);
    }
    case "duration":
      return "";
  }
}

/** Whether a text has room in a cell for sure. */
export function fits(text: string, { column, width }: ColumnLayout): boolean {
  const beside = column === "standing" ? PADDING + ICON : PADDING;
  return LETTER * text.length + beside <= width;
}

/** What a cell's tooltip says: all digits of a number, the whole of a text, the day of a time. */
export function fullText(data: Data, column: Column, run: number, now: number): string {
  const { study, rows } = data;
  if (column === "started") {
    const started = rows.started[run] ?? Number.NaN;
    return Number.isNaN(started) ? "" : new Date(1000 * started).toLocaleString();
  }
  const isNumber = typeof column === "number" && study.dimensions[column]?.kind === "number";
  if (isNumber || column === "best" || column === "last") {
    const values =
      typeof column === "number" ? rows.params[column] : rows[column as "best" | "last"];
    const value = values?.[run] ?? Number.NaN;
    return Number.isNaN(value) ? "" : String(value);
  }
  return cellText(data, column, run, now);
}

function parameterColumn(dimension: Dimension, index: number): ColumnLayout {
  const { name } = dimension;
  if (dimension.kind === "number") {
    const ends = [dimension.low, dimension.high].map((end) =>
      formatParameter(end ?? Number.NaN, dimension),
    );
    const least = Math.max(PARAMETER_WIDTH, ...ends.map((end) => LETTER * end.length + PADDING));
    return { column: index, title: name, numeric: true, width: fitting(name, least) };
  }
  const longest = Math.max(0, ...dimension.options.map((option) => option.length));
  return {
    column: index,
    title: name,
    // Options that are numbers are read as such.
    numeric: dimension.options.every((option) => option.trim() !== "" && !Number.isNaN(+option)),
    width: Math.max(fitting(name, 76), Math.min(LETTER * longest + PADDING, 180)),
  };
}

/** The width in which a title can be read, or its beginning. */
function fitting(title: string, least: number): number {
  const wanted = Math.min(TITLE_LETTER * title.length + PADDING + ARROW, WIDEST_TITLE);
  return Math.round(Math.max(wanted, least));
}

/** Why a run ended before its time: a code such as "policy", and what is known beyond it. */
function formatReason(reason: string, note: string): string {
  return [reason, note].filter((part) => part !== "").join(": ");
}
