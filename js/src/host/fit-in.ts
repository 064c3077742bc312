/**
 * Fit a view into the element that the page gives it, until `signal` aborts.
 *
 * In a row of widgets it takes its share: what sizes itself by its container has no width of its own.
 * And when the page gives it a height (`layout.height`), it fills that instead of its own default.
 */
export function fitIn(el: HTMLElement, host: HTMLElement, signal: AbortSignal): void {
  if (el.style.flexGrow === "") el.style.flexGrow = "1";
  const update = () => host.toggleAttribute("data-sized", el.style.height !== "");
  const observer = new MutationObserver(update);
  observer.observe(el, { attributes: true, attributeFilter: ["style"] });
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
  update();
}
