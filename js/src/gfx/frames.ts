/** Milliseconds into a frame after which no other drawing begins in it. */
const LATEST_BEGIN = 2;

/** What is to be drawn in this frame, and in the next one, in the order in which it was asked for. */
let due = new Set<() => void>();
let next = new Set<() => void>();
let frame = 0;
let latest = 0;

/**
 * Return a function that has `draw` called once in the next animation frame, however often it is called
 * until then; never after `ending`.
 *
 * All drawing takes turns: what comes after something that took its time waits for the frame after, and
 * is then the first. So a brush that has both the chart and the table drawn anew does not stutter.
 */
export function onceAFrame(draw: () => void, ending: AbortSignal): () => void {
  const turn = () => draw();
  const forget = () => {
    due.delete(turn);
    next.delete(turn);
  };
  ending.addEventListener("abort", forget, { once: true });
  return () => {
    if (ending.aborted || due.has(turn)) return;
    next.add(turn);
    if (frame === 0) frame = requestAnimationFrame(begin);
  };
}

/** Begin to draw what has been asked for already in this frame, after its layout: what has got another size must not show without. */
export function drawNow(): void {
  cancelAnimationFrame(frame);
  begin();
}

function begin(): void {
  frame = 0;
  due = new Set([...due, ...next]);
  next = new Set();
  latest = performance.now() + LATEST_BEGIN;
  proceed();
}

function proceed(): void {
  const [turn] = due;
  if (turn === undefined || performance.now() > latest) {
    if (frame === 0 && due.size + next.size > 0) frame = requestAnimationFrame(begin);
    return;
  }
  due.delete(turn);
  try {
    turn();
  } finally {
    // After the microtask in which components are drawn whose state it has set: that counts, too.
    queueMicrotask(proceed);
  }
}
