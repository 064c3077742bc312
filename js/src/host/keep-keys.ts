/**
 * Keep the keys that are typed in `host` from the notebook around it, until `signal` aborts: "dd"
 * deletes no cell.
 *
 * What had the focus may go, by a press or by a live update; `rest` gets the focus then, which would
 * else be the notebook's. Escape gives it back to what is around the widget, unless something inside
 * had a use for it.
 *
 * @param rest what all of the widget is in, inside the shadow root of `host`.
 */
export function keepKeys(host: HTMLElement, rest: HTMLElement, signal: AbortSignal): void {
  const root = host.shadowRoot;
  if (root === null) throw new Error("`host` must have an open shadow root to keep the focus in.");
  // Lab looks for this where the focus seems to be, and that is never inside a shadow root.
  host.dataset.lmSuppressShortcuts = "true";
  host.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape" && !event.defaultPrevented) leave(host, root);
  });
  rest.tabIndex = -1;
  keepFocus(root, rest, signal);
}

function leave(host: HTMLElement, root: ShadowRoot): void {
  const focused = root.activeElement;
  if (focused instanceof HTMLElement) focused.blur();
  host.parentElement?.closest<HTMLElement>("[tabindex]")?.focus({ preventScroll: true });
}

/** Focus `rest` when what has the focus in it is removed or disabled, and nothing else takes it. */
function keepFocus(root: ShadowRoot, rest: HTMLElement, signal: AbortSignal): void {
  let focused: Element | null = null;
  const canHold = (element: Element) => rest.contains(element) && !element.matches(":disabled");
  const isFree = () => {
    const now = root.activeElement ?? document.activeElement;
    return now === null || now === document.body || now === focused;
  };
  const restore = () => {
    if (focused === null || canHold(focused)) return;
    const free = isFree();
    focused = null;
    if (free) rest.focus({ preventScroll: true });
  };
  rest.addEventListener("focusin", ({ target }) => {
    focused = target instanceof Element ? target : null;
  });
  // Browsers differ in whether what is removed also loses the focus by an event.
  rest.addEventListener("focusout", ({ target }) => {
    queueMicrotask(() => {
      if (focused === target && focused !== null && canHold(focused)) focused = null;
    });
  });
  const observer = new MutationObserver(restore);
  const changes = { childList: true, attributes: true, attributeFilter: ["disabled"] };
  observer.observe(rest, { ...changes, subtree: true });
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
}
