import { type ReadonlySignal, signal } from "@preact/signals";
import { rgbOf } from "./colour.ts";

/** The colours of the page around us, as canvases need them. */
export interface Theme {
  readonly ink: string;
  readonly quiet: string;
  readonly paper: string;
  readonly line: string;
  readonly accent: string;
  /** The font family of the page's text. */
  readonly sans: string;
  readonly dark: boolean;
}

/**
 * Follow the theme of an element's page until `ending` aborts.
 *
 * Lab and VS Code change attributes of the body, a plain page follows the system: there is no one
 * event for it. Outside the document an element has no colours: Lab takes a cell out that is scrolled
 * away, and may change its theme meanwhile. The element's style sheet hands over each colour in a property that has a computed
 * value (theme.css), because a custom property has none.
 */
export function followTheme(element: HTMLElement, ending: AbortSignal): ReadonlySignal<Theme> {
  const theme = signal(readTheme(element));
  const update = () => {
    if (!element.isConnected) return;
    const next = readTheme(element);
    if (JSON.stringify(next) !== JSON.stringify(theme.peek())) theme.value = next;
  };
  const observer = new MutationObserver(update);
  for (const target of [document.documentElement, document.body]) {
    observer.observe(target, { attributes: true });
  }
  // Lab exchanges its theme's style sheet, which may arrive after the attribute.
  observer.observe(document.head, { childList: true });
  document.head.addEventListener("load", update, { capture: true, signal: ending });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", update, { signal: ending });
  // What comes (back) to the document gets a size there.
  const arrival = new ResizeObserver(update);
  arrival.observe(element);
  ending.addEventListener(
    "abort",
    () => {
      observer.disconnect();
      arrival.disconnect();
    },
    { once: true },
  );
  return theme;
}

function readTheme(element: HTMLElement): Theme {
  const style = getComputedStyle(element);
  return {
    ink: style.color,
    quiet: style.outlineColor,
    paper: style.backgroundColor,
    line: style.borderTopColor,
    accent: style.caretColor,
    sans: style.fontFamily,
    dark: luminance(style.backgroundColor) < 0.5,
  };
}

/** How bright a colour is, from 0 to 1. */
function luminance(colour: string): number {
  const [red, green, blue] = rgbOf(colour);
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}
