/** Red, green and blue as polynomials, the constant term first. */
const CHANNELS = [
  [-4.54, -35.34, 2381.73, -6402.7, 7024.72, -2710.57],
  [32.49, 170.73, 52.82, -131.46, 176.58, -67.37],
  [81.24, 442.36, -2482.43, 6167.24, -6614.94, 2475.67],
];

/**
 * Return the colour of cividis at a share from 0 (dark blue) to 1 (yellow): Nuñez, Anderton and
 * Renslow, "Optimizing colormaps with consideration for color vision deficiency" (2018).
 *
 * The polynomials are those of d3-scale-chromatic (ISC), whose other colours would come with it: it
 * cannot be taken in parts.
 */
export function cividis(share: number): string {
  const [red, green, blue] = CHANNELS.map((terms) => {
    const value = terms.reduceRight((sum, term) => sum * share + term, 0);
    return Math.min(Math.max(Math.round(value), 0), 255);
  });
  return `rgb(${red}, ${green}, ${blue})`;
}
