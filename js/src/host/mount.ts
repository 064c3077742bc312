import { h, render } from "preact";
import { followTheme } from "../gfx/theme.ts";
import type { Session } from "../state/session.ts";
import { App } from "../views/app.tsx";
import { css } from "../views/styles.ts";

/**
 * Draw a session in a shadow root of its own inside `el`, until `signal` aborts.
 *
 * The shadow root keeps the page's styles out and ours in. Its style sheet is a constructed one, which
 * also works where a Content-Security-Policy forbids inline styles.
 */
export function mount(el: HTMLElement, session: Session, signal: AbortSignal): void {
  const host = document.createElement("div");
  // Lab looks for this where the focus seems to be, and that is never inside a shadow root.
  host.dataset.lmSuppressShortcuts = "true";
  host.addEventListener("keydown", (event) => leaveToUs(host, event));
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const app = document.createElement("div");
  app.className = "app";
  root.append(app);
  el.append(host);
  const theme = followTheme(app, signal);
  render(h(App, { session, theme }), app);
  signal.addEventListener(
    "abort",
    () => {
      render(null, app);
      host.remove();
    },
    { once: true },
  );
}

/** Keys that are typed in the widget are not the notebook's: "dd" deletes no cell. Escape leaves it. */
function leaveToUs(host: HTMLElement, event: KeyboardEvent): void {
  event.stopPropagation();
  const focused = host.shadowRoot?.activeElement;
  if (event.key === "Escape" && !event.defaultPrevented && focused instanceof HTMLElement) {
    focused.blur();
  }
}
