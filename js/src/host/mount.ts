import { computed, effect } from "@preact/signals";
import { h, render } from "preact";
import { followTheme } from "../gfx/theme.ts";
import type { Session } from "../state/session.ts";
import { App } from "../views/app.tsx";
import { css } from "../views/styles.ts";
import { hideStatic } from "./hide-static.ts";
import { keepKeys } from "./keep-keys.ts";
import { keepScroll } from "./keep-scroll.ts";

/**
 * Draw a session in a shadow root of its own inside `el`, until `signal` aborts.
 *
 * The shadow root keeps the page's styles out and ours in. Its style sheet is a constructed one, which
 * also works where a Content-Security-Policy forbids inline styles.
 */
export function mount(el: HTMLElement, session: Session, signal: AbortSignal): void {
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const app = document.createElement("div");
  app.className = "app";
  root.append(app);
  el.append(host);
  keepKeys(host);
  keepScroll(host, signal);
  // A view that has nothing to show yet leaves the static output alone.
  const run = computed(() => session.store.data.value?.study.run);
  const stop = effect(() => {
    if (run.value === undefined) return;
    const ending = new AbortController();
    hideStatic(host, run.value, ending.signal);
    return () => ending.abort();
  });
  const theme = followTheme(app, signal);
  render(h(App, { session, theme }), app);
  signal.addEventListener(
    "abort",
    () => {
      stop();
      render(null, app);
      host.remove();
    },
    { once: true },
  );
}
