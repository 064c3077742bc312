/** Milliseconds of a frame that drawing may take: the rest of 16 is the page's. */
const BUDGET = 8;

/**
 * Return a function that has a canvas drawn anew, in pieces over as many frames as it takes.
 *
 * A picture is drawn out of sight and shown when it is complete, so that nothing flickers. What is
 * asked for meanwhile is drawn after it: under a drag that asks in every frame, pictures still appear.
 *
 * @param draw sizes and draws the canvas that it gets, and yields after each piece: some milliseconds.
 */
export function progressive(
  front: HTMLCanvasElement,
  draw: (canvas: HTMLCanvasElement) => Iterator<unknown>,
  ending: AbortSignal,
): () => void {
  const back = document.createElement("canvas");
  const probe = document.createElement("canvas").getContext("2d");
  let pieces: Iterator<unknown> | null = null;
  let asked = false;
  let frame = 0;

  const proceed = () => {
    frame = 0;
    const end = performance.now() + BUDGET;
    if (pieces === null) {
      asked = false;
      pieces = draw(back);
    }
    while (performance.now() < end) {
      if (pieces.next().done) {
        pieces = null;
        show(back, front);
        break;
      }
      // Browsers put drawing off until its result is wanted: want it, or its time is not seen.
      probe?.drawImage(back, 0, 0, 1, 1, 0, 0, 1, 1);
    }
    if (pieces !== null || asked) frame = requestAnimationFrame(proceed);
  };

  ending.addEventListener("abort", () => cancelAnimationFrame(frame), { once: true });
  return () => {
    asked = true;
    if (frame === 0 && !ending.aborted) frame = requestAnimationFrame(proceed);
  };
}

function show(from: HTMLCanvasElement, to: HTMLCanvasElement): void {
  if (to.width !== from.width || to.height !== from.height) {
    to.width = from.width;
    to.height = from.height;
  }
  to.style.width = from.style.width;
  to.style.height = from.style.height;
  const context = to.getContext("2d");
  if (context === null || from.width === 0 || from.height === 0) return;
  context.globalCompositeOperation = "copy";
  context.drawImage(from, 0, 0);
}
