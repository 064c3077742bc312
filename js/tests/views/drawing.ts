import { signal } from "@preact/signals";
import { type ComponentChild, render } from "preact";
import { act } from "preact/test-utils";
import { onTestFinished } from "vitest";
import type { Theme } from "../../src/gfx/theme.ts";
import type { Session } from "../../src/state/session.ts";
import { CREATED, delta, digits } from "../samples.ts";

/** A theme for canvases, whose colours do not matter. */
export const theme = signal<Theme>({
  ink: "#000",
  quiet: "#555",
  paper: "#fff",
  line: "#ddd",
  accent: "#06c",
  sans: "sans-serif",
  dark: false,
});

/** Draw components into the document, until the test ends. */
export async function draw(node: ComponentChild): Promise<HTMLElement> {
  const place = document.createElement("div");
  document.body.append(place);
  onTestFinished(() => {
    render(null, place);
    place.remove();
  });
  await act(() => render(node, place));
  return place;
}

/** Return the one element inside `place` that has this accessible text. */
export function button(place: ParentNode, text: RegExp): HTMLButtonElement {
  const found = [...place.querySelectorAll("button")].filter((each) =>
    text.test(each.getAttribute("aria-label") ?? each.textContent ?? ""),
  );
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new Error(`One button must read ${text}, but ${found.length} do: ${place.textContent}`);
  }
  return only;
}

export async function click(element: HTMLElement): Promise<void> {
  await act(() => element.click());
}

export async function press(element: Element, key: string): Promise<KeyboardEvent> {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  await act(() => {
    element.dispatchEvent(event);
  });
  return event;
}

/** Have the kernel send delta `number` to a session of the digits experiment. */
export async function send(
  { store }: Session,
  number: number,
  state: Parameters<typeof delta>[1],
  seconds = CREATED + 60,
): Promise<void> {
  const { content, buffers } = delta(digits, { number, ...state });
  await act(() => store.receive(content, buffers, seconds));
}
