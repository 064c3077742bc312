import { effect } from "@preact/signals";
import { h, render } from "preact";
import { followTheme } from "../gfx/theme.ts";
import type { RunStore } from "../state/run-store.ts";
import type { Session } from "../state/session.ts";
import { App } from "../views/app.tsx";
import { css } from "../views/styles.ts";
import { fillHeight } from "./fill-height.ts";
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
  fillHeight(el, host, signal);
  keepKeys(host, app, signal);
  keepScroll(host, signal);
  const stop = hideWhenBetter(session.store, host, signal);
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

/**
 * Hide the static output for good as soon as the view tells more than it does: not while the view has
 * nothing to show, or only what a saved notebook has kept of a run that went on.
 */
function hideWhenBetter(
  { data, freshness }: RunStore,
  host: HTMLElement,
  signal: AbortSignal,
): () => void {
  let hidden = false;
  return effect(() => {
    if (hidden || data.value === null || freshness.value === "stale") return;
    hidden = true;
    hideStatic(host, data.value.study.run, signal);
  });
}
