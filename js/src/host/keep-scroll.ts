interface Position {
  readonly left: number;
  readonly top: number;
}

/**
 * Keep what is scrolled inside `host` where it is when `host` leaves the page and comes back, until
 * `signal` aborts.
 *
 * JupyterLab takes cells out of the document that scroll out of sight, and an element that comes back
 * to it is scrolled to its beginning. What is away has no size; an observer of it learns of its coming
 * back before the page is painted.
 */
export function keepScroll(host: HTMLElement, signal: AbortSignal): void {
  const root = host.shadowRoot;
  if (root === null) throw new Error("`host` must have an open shadow root to keep scrolling in.");
  const positions = new Map<Element, Position>();
  const note = ({ target }: Event) => {
    if (!(target instanceof Element) || !host.isConnected) return;
    const { scrollLeft: left, scrollTop: top } = target;
    if (left === 0 && top === 0) positions.delete(target);
    else positions.set(target, { left, top });
  };
  // Scrolling does not bubble, but it can be captured.
  root.addEventListener("scroll", note, { capture: true, passive: true, signal });

  let away = false;
  const observer = new ResizeObserver((entries) => {
    const size = entries.at(-1)?.contentRect;
    if (size === undefined) return;
    const before = away;
    away = size.width === 0 && size.height === 0;
    if (before && !away) restore(root, positions);
  });
  observer.observe(host);
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
}

function restore(root: ShadowRoot, positions: Map<Element, Position>): void {
  for (const [element, { left, top }] of positions) {
    if (!root.contains(element)) {
      positions.delete(element);
      continue;
    }
    element.scrollTo({ left, top, behavior: "instant" });
    // A browser that has kept the place tells nobody, and who looked meanwhile has seen the beginning.
    element.dispatchEvent(new Event("scroll"));
  }
}
