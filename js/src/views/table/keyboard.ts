/**
 * Return the row that a key moves to; null when the key moves nowhere.
 *
 * @param at the row moved from; -1 for none, which is before the first one.
 * @param page how many rows are in sight.
 */
export function movedRow(key: string, at: number, count: number, page: number): number | null {
  const to = destination(key, at, count, page);
  if (to === null || count === 0) return null;
  return Math.min(Math.max(to, 0), count - 1);
}

function destination(key: string, at: number, count: number, page: number): number | null {
  switch (key) {
    case "ArrowDown":
      return at + 1;
    case "ArrowUp":
      return at - 1;
    case "PageDown":
      return at + page;
    case "PageUp":
      return at - page;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}
