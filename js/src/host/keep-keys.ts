/**
 * Keep the keys that are typed in `host` from the notebook around it: "dd" deletes no cell.
 *
 * Escape gives the focus back to what is around the widget, unless something inside had a use for it.
 */
export function keepKeys(host: HTMLElement): void {
  // Lab looks for this where the focus seems to be, and that is never inside a shadow root.
  host.dataset.lmSuppressShortcuts = "true";
  host.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape" && !event.defaultPrevented) leave(host);
  });
}

function leave(host: HTMLElement): void {
  const focused = host.shadowRoot?.activeElement;
  if (focused instanceof HTMLElement) focused.blur();
  host.parentElement?.closest<HTMLElement>("[tabindex]")?.focus({ preventScroll: true });
}
