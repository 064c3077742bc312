/** Pixels that a pointer may tremble within a click. */
const TREMBLE = 3;

export interface Drag {
  /** The pointer has moved, and not only trembled. */
  move(event: PointerEvent): void;
  /** It was let go. */
  drop?(): void;
  /** It was let go where it went down. */
  click?(event: PointerEvent): void;
  /** It was taken away: what has been moved goes back. */
  cancel?(): void;
}

/** Follow the pointer that went down on an element, wherever it goes, until it is let go. */
export function followPointer(down: PointerEvent, drag: Drag): void {
  const target = down.currentTarget;
  if (!(target instanceof Element) || down.button !== 0) return;
  const over = new AbortController();
  let moved = false;
  const listen = (type: string, heard: (event: PointerEvent) => void) =>
    target.addEventListener(
      type,
      (event) => {
        if (event instanceof PointerEvent && event.pointerId === down.pointerId) heard(event);
      },
      { signal: over.signal },
    );
  listen("pointermove", (event) => {
    const way = Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY);
    moved ||= way > TREMBLE;
    if (moved) drag.move(event);
  });
  listen("pointerup", (event) => {
    over.abort();
    if (moved) drag.drop?.();
    else drag.click?.(event);
  });
  for (const type of ["pointercancel", "lostpointercapture"]) {
    listen(type, () => {
      over.abort();
      if (moved) drag.cancel?.();
    });
  }
  target.setPointerCapture(down.pointerId);
}
