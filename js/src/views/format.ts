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
