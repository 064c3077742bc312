import { type ComponentChild, render } from "preact";

/**
 * Draw `content` in a shadow root of its own inside `el`, until `signal` aborts.
 *
 * The shadow root keeps the page's styles out and ours in. Its style sheet is a constructed one, which
 * also works where a Content-Security-Policy forbids inline styles.
 */
export function mount(
  el: HTMLElement,
  content: ComponentChild,
  css: string,
  signal: AbortSignal,
): void {
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  el.append(host);
  render(content, root);
  signal.addEventListener(
    "abort",
    () => {
      render(null, root);
      host.remove();
    },
    { once: true },
  );
}
