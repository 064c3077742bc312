import type { Data } from "../../state/run-store.ts";
import type { Column } from "../../state/settings.ts";
import type { Dimension, Study } from "../../state/study.ts";
import { formatStatus } from "../format.ts";
import {
  formatParameter,
  formatReason,
  formatSignificant,
  formatStarted,
  MISSING,
} from "./cell-text.ts";

/** A column of the table as it is laid out. */
export interface ColumnLayout {
  readonly column: Column;
  readonly title: string;
  /** Numbers and times are aligned to the right, with figures of equal width. */
  readonly numeric: boolean;
  /** Pixels, unless a person has chosen others. */
  readonly width: number;
}

/** Digits of the metric's values. */
const DIGITS = 5;
/** Pixels that a letter takes, more or less, and the space around a text. */
const LETTER = 7.2;
const PADDING = 20;
/** Room for the arrow of a sorted column. */
const ARROW = 12;

/** The columns of a study from left to right, but for the first one, which has the star. */
export function columnsOf(study: Study): ColumnLayout[] {
  const numeric = (column: Column, title: string, least: number): ColumnLayout => {
    return { column, title, numeric: true, width: fitting(title, least) };
  };
  return [
    numeric("run", "Run", 58),
    { column: "standing", title: "Status", numeric: false, width: 164 },
    numeric("best", `Best ${study.metric}`, 98),
    numeric("last", "Last", 98),
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
      return formatStarted(rows.started[run] ?? Number.NaN, now);
    case "reason":
      return formatReason(study.reasons[rows.reason[run] ?? 0] ?? "", rows.notes.get(run) ?? "");
    case "best":
    case "last":
      return formatSignificant(rows[column][run] ?? Number.NaN, DIGITS);
    case "step": {
      const step = rows.step[run] ?? Number.NaN;
      return Number.isNaN(step) ? MISSING : String(step);
    }
    case "duration":
      return "";
  }
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

export function standingOf({ study, rows }: Data, run: number): string {
  return study.standings[rows.standing[run] ?? 0] ?? "";
}

function parameterColumn(dimension: Dimension, index: number): ColumnLayout {
  const { name } = dimension;
  if (dimension.kind === "number") {
    return { column: index, title: name, numeric: true, width: fitting(name, 76) };
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
  return Math.round(Math.min(Math.max(LETTER * title.length + PADDING + ARROW, least), 160));
}
