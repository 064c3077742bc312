/**
 * Return round values within a range, in even steps of 1, 2 or 5 times a power of ten; none where
 * such a step is too large or too small for a number.
 *
 * @param count how many there are, roughly.
 */
export function evenTicks(low: number, high: number, count: number): number[] {
  const rough = high / count - low / count; // their difference may be no number
  const power = Math.floor(Math.log10(rough));
  // The bounds are the geometric means between the factors: each step is the nearest one in decades.
  const excess = rough / 10 ** power;
  const factor = excess < Math.SQRT2 ? 1 : excess < Math.sqrt(10) ? 2 : excess < 50 ** 0.5 ? 5 : 10;
  // A step below 1 is divided by, because 3 / 10 is 0.3 and 3 * 0.1 is not.
  const [times, by] = power < 0 ? [factor, 10 ** -power] : [factor * 10 ** power, 1];
  if (!Number.isFinite(times) || !Number.isFinite(by)) return [];
  const first = Math.ceil((low * by) / times);
  const last = Math.floor((high * by) / times);
  return Array.from(
    { length: Math.max(0, last - first + 1) },
    (_, i) => ((first + i) * times) / by,
  );
}

/** Return 1 to 9 times each power of ten within a positive range; even steps where those are few. */
export function logTicks(low: number, high: number): number[] {
  const ticks: number[] = [];
  const last = Math.floor(Math.log10(high));
  for (let power = Math.floor(Math.log10(low)); power <= last; power++) {
    for (let digit = 1; digit < 10; digit++) {
      const tick = power < 0 ? digit / 10 ** -power : digit * 10 ** power;
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks.length < FEW ? evenTicks(low, high, FEW) : ticks;
}

const FEW = 4;
