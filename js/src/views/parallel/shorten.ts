const GAP = "…";

/**
 * Cut the middle out of a text that is too wide: the ends of `model[0].C` and `model[1].C` differ.
 *
 * @param width measures a text, in pixels.
 */
export function shorten(text: string, room: number, width: (text: string) => number): string {
  if (width(text) <= room) return text;
  const letters = [...text]; // by code point: no half of an emoji
  const kept = (count: number): string => {
    const head = Math.ceil(count / 2);
    return (
      letters.slice(0, head).join("") + GAP + letters.slice(letters.length - count + head).join("")
    );
  };
  let [fits, tooWide] = [0, letters.length];
  while (tooWide - fits > 1) {
    const middle = (fits + tooWide) >> 1;
    if (width(kept(middle)) <= room) fits = middle;
    else tooWide = middle;
  }
  return fits === 0 ? GAP : kept(fits);
}
