/**
 * Have a view fill the height that the page gives its element (`layout.height`), instead of its own
 * default, until `signal` aborts.
 */
export function fillHeight(el: HTMLElement, host: HTMLElement, signal: AbortSignal): void {
  const update = () => host.toggleAttribute("data-sized", el.style.height !== "");
  const observer = new MutationObserver(update);
  observer.observe(el, { attributes: true, attributeFilter: ["style"] });
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
  update();
}
