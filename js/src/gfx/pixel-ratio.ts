import { type ReadonlySignal, signal } from "@preact/signals";

/**
 * Follow how many device pixels a CSS pixel has, until `ending` aborts.
 *
 * It changes when the window goes to another screen, and when the page is zoomed. A media query only
 * tells that the ratio is no longer the one that it names: the next one is asked each time.
 */
export function followPixelRatio(ending: AbortSignal): ReadonlySignal<number> {
  const ratio = signal(globalThis.devicePixelRatio);
  const watch = () => {
    if (ending.aborted) return;
    ratio.value = globalThis.devicePixelRatio;
    const query = matchMedia(`(resolution: ${ratio.peek()}dppx)`);
    query.addEventListener("change", watch, { once: true, signal: ending });
  };
  watch();
  return ratio;
}
