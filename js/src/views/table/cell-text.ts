import type { Dimension } from "../../state/study.ts";
import { formatElapsed } from "../format.ts";

/** What stands where there is no value. */
export const MISSING = "–";

/**
 * Show a number in so many significant digits, the trailing zeros too, so that points align:
 * `0.9700`, `1.0000`, `312.00`, `3.2000e-7`.
 */
export function formatSignificant(value: number, digits: number): string {
  if (Number.isNaN(value)) return MISSING;
  const magnitude = Math.abs(value);
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  if (Number.isInteger(value) && magnitude >= 10 && magnitude < 1e9) return String(value);
  if (magnitude !== 0 && (magnitude < 1e-3 || magnitude >= 10 ** digits)) {
    return value.toExponential(digits - 1);
  }
  return value.toPrecision(digits);
}

/** Show a hyperparameter in a few digits: relative ones on a log scale, else of the space's range. */
export function formatParameter(value: number, dimension: Dimension): string {
  if (Number.isNaN(value)) return MISSING;
  if (dimension.kind === "choice") return dimension.options[value] ?? MISSING;
  if (dimension.integer) return String(value);
  const range = (dimension.high ?? Number.NaN) - (dimension.low ?? Number.NaN);
  const decimals = 3 - Math.ceil(Math.log10(range));
  // A range that no point can split well, or none at all.
  if (dimension.scale === "log" || !(decimals >= 0 && decimals <= 6)) {
    return formatSignificant(value, 3);
  }
  return value.toFixed(decimals);
}

/** Show a time in epoch seconds by the reader's clock, with the day unless it is that of `now`. */
export function formatStarted(seconds: number, now: number): string {
  if (Number.isNaN(seconds)) return MISSING;
  const date = new Date(1000 * seconds);
  const [hours, minutes, rest] = [date.getHours(), date.getMinutes(), date.getSeconds()].map(
    (part) => String(part).padStart(2, "0"),
  );
  if (date.toDateString() === new Date(1000 * now).toDateString()) {
    return `${hours}:${minutes}:${rest}`;
  }
  return `${MONTHS[date.getMonth()]} ${date.getDate()}, ${hours}:${minutes}`;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** Show how long a run took: short ones to a tenth of a second. */
export function formatDuration(seconds: number): string {
  if (Number.isNaN(seconds)) return MISSING;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : formatElapsed(seconds);
}

/** Why a run ended before its time: a code such as "policy", and what is known beyond it. */
export function formatReason(reason: string, note: string): string {
  return [reason, note].filter((part) => part !== "").join(": ");
}
