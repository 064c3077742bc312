import type { Dimension } from "../state/study.ts";

/** What stands where there is no value. */
export const MISSING = "–";

/** Show a number in at most six significant digits: `0.9731`, `12`, `3.2e-7`. */
export function formatNumber(value: number): string {
  if (Number.isSafeInteger(value) || !Number.isFinite(value)) return String(value);
  const magnitude = Math.abs(value);
  const rounded = Number(value.toPrecision(6));
  return magnitude >= 1e-4 && magnitude < 1e9 ? String(rounded) : rounded.toExponential();
}

/** Show a metric's value, in the same digits wherever it stands. */
export function formatMetric(value: number): string {
  return formatSignificant(value, 5);
}

/** Show how uncertain a metric's value is, or a difference of two: in two digits. */
export function formatSpread(value: number): string {
  return formatNumber(Number(value.toPrecision(2)));
}

/** Show a metric's value as far as it is known: as many decimals as two digits of its deviation have. */
export function formatEstimate(value: number, deviation: number): string {
  const decimals = 1 - Math.floor(Math.log10(Number(deviation.toPrecision(2))));
  if (decimals < 0 || decimals > MOST_DECIMALS) {
    return `${formatMetric(value)} ± ${formatSpread(deviation)}`;
  }
  return `${value.toFixed(decimals)} ± ${deviation.toFixed(decimals)}`;
}

const MOST_DECIMALS = 6;

/**
 * Show a number in so many significant digits, the trailing zeros too, so that points align:
 * `0.9700`, `1.0000`, `312.00`, `3.2000e-7`.
 */
function formatSignificant(value: number, digits: number): string {
  if (Number.isNaN(value)) return MISSING;
  const magnitude = Math.abs(value);
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  if (Number.isInteger(value) && magnitude >= 10 && magnitude < 1e9) return String(value);
  if (magnitude !== 0 && (magnitude < 1e-3 || magnitude >= 10 ** digits)) {
    return value.toExponential(digits - 1);
  }
  return value.toPrecision(digits);
}

/** Ranges between these are shown in as many decimals as split them well; beyond, they would be too many. */
const LEAST_RANGE = 1e-4;
const MOST_RANGE = 1e9;

/** Show a hyperparameter in a few digits: relative ones on a log scale, else of the space's range. */
export function formatParameter(value: number, dimension: Dimension): string {
  if (Number.isNaN(value)) return MISSING;
  if (dimension.kind === "choice") return dimension.options[value] ?? MISSING;
  if (dimension.integer) return String(value);
  const range = (dimension.high ?? Number.NaN) - (dimension.low ?? Number.NaN);
  const splits = LEAST_RANGE < range && range <= MOST_RANGE;
  if (dimension.scale === "log" || !splits) return formatSignificant(value, 3);
  return value.toFixed(Math.max(3 - Math.ceil(Math.log10(range)), 0));
}

/** Split HyperDrive's compound words: `CancelRequested` is read as "Cancel requested". */
export function formatStatus(status: string): string {
  return status.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Show a span of time in whole seconds, its two largest units: `42 s`, `3 min 05 s`, `2 d 07 h`. */
export function formatElapsed(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const [s, minutes] = [whole % 60, Math.floor(whole / 60)];
  const [min, hours] = [minutes % 60, Math.floor(minutes / 60)];
  const [h, d] = [hours % 24, Math.floor(hours / 24)];
  if (d > 0) return `${d} d ${two(h)} h`;
  if (h > 0) return `${h} h ${two(min)} min`;
  return min > 0 ? `${min} min ${two(s)} s` : `${s} s`;
}

/** Show how long a run took: short ones to a tenth of a second. */
export function formatDuration(seconds: number): string {
  if (Number.isNaN(seconds)) return MISSING;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : formatElapsed(seconds);
}

/**
 * Show a moment, in epoch seconds, by the reader's clock, with the day unless it is that of `now`:
 * `14:03`, `14:03:59` to the second, `Nov 4, 14:03`.
 */
export function formatClock(
  seconds: number,
  now: number,
  unit: "minute" | "second" = "minute",
): string {
  if (Number.isNaN(seconds)) return MISSING;
  const moment = new Date(1000 * seconds);
  const [hour, minute, second] = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(
    (part) => String(part).padStart(2, "0"),
  );
  if (moment.toDateString() === new Date(1000 * now).toDateString()) {
    return unit === "second" ? `${hour}:${minute}:${second}` : `${hour}:${minute}`;
  }
  return `${MONTHS[moment.getMonth()]} ${moment.getDate()}, ${hour}:${minute}`;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
