import { onceAFrame } from "./frames.ts";

/** Milliseconds of a frame that a picture may take under a drag: the rest of 16 is the page's. */
const BUDGET = 6;
/** What it may take after a rest, in which a longer frame is not noticed. */
const BUDGET_RESTED = 40;
const REST = 100;

/**
 * Return a function that has a picture drawn anew, in pieces over as many frames as it takes.
 *
 * What is asked for meanwhile is drawn after it: under a drag that asks in every frame, pictures still
 * appear.
 *
 * @param draw draws a picture out of sight, yields after each piece of at most a millisecond, and shows
 *   it at last: so nothing flickers.
 */
export function progressive(draw: () => Iterator<unknown>, ending: AbortSignal): () => void {
  let pieces: Iterator<unknown> | null = null;
  let asked = false;
  let worked = Number.NEGATIVE_INFINITY;

  const proceed = onceAFrame(() => {
    const now = performance.now();
    const end = now + (now - worked > REST ? BUDGET_RESTED : BUDGET);
    if (pieces === null) {
      asked = false;
      pieces = draw();
    }
    do {
      if (pieces.next().done) pieces = null;
      worked = performance.now();
    } while (pieces !== null && worked < end);
    if (pieces !== null || asked) proceed();
  }, ending);

  return () => {
    asked = true;
    proceed();
  };
}
