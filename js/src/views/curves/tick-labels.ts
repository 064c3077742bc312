/** Leading digits that get a label, the more the more space there is. */
const DIGITS = ["123456789", "12357", "125", "1"];

/**
 * Return the ticks with null for those without a label.
 *
 * @param place the pixel of a tick.
 * @param space pixels between labels at least.
 */
export function labelled(
  ticks: readonly number[],
  place: (tick: number) => number,
  space: number,
): (number | null)[] {
  for (const digits of DIGITS) {
    const some = ticks.map((tick) => (digits.includes(leadingDigit(tick)) ? tick : null));
    if (some.some((tick) => tick !== null) && haveSpace(some, place, space)) return some;
  }
  return ticks.map((tick, index) => (index === 0 || index === ticks.length - 1 ? tick : null));
}

function leadingDigit(value: number): string {
  return value.toExponential().charAt(0);
}

function haveSpace(
  ticks: readonly (number | null)[],
  place: (tick: number) => number,
  space: number,
): boolean {
  const pixels = ticks.flatMap((tick) => (tick === null ? [] : [place(tick)]));
  return pixels.every(
    (pixel, index) => index === 0 || Math.abs((pixels[index - 1] ?? pixel) - pixel) >= space,
  );
}
