/** Show a metric in at most six significant digits: `0.9731`, `12`, `3.2e-7`. */
export function formatMetric(value: number): string {
  if (Number.isSafeInteger(value) || !Number.isFinite(value)) return String(value);
  const magnitude = Math.abs(value);
  const rounded = Number(value.toPrecision(6));
  return magnitude >= 1e-4 && magnitude < 1e9 ? String(rounded) : rounded.toExponential();
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

/** Show a moment, in epoch seconds, as the time of day where the page is: `14:03`. */
export function formatClock(seconds: number): string {
  const moment = new Date(1000 * seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(moment.getHours())}:${two(moment.getMinutes())}`;
}
