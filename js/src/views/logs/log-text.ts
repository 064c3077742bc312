import { effect, type Signal } from "@preact/signals";
import { onceAFrame } from "../../gfx/frames.ts";
import type { LogLine, LogLines } from "../../state/log-lines.ts";
import type { RunFiles } from "../../state/run-files.ts";

/** Scrolled to less than so many pixels from the end, it is at the end. */
const END = 2;

/**
 * Show a run's log in `box` until `ending`, each line as an element; only those that change are touched,
 * so that a text can be marked and copied while others come.
 *
 * @param following whether the end is kept in sight: not once a person has scrolled up from it.
 */
export function showLog(
  box: HTMLElement,
  files: RunFiles,
  following: Signal<boolean>,
  ending: AbortSignal,
): void {
  const drawn: Drawn = { log: null, first: 0, lines: [] };
  let top = 0;
  const toEnd = () => {
    box.scrollTop = box.scrollHeight;
    top = box.scrollTop;
  };
  const draw = () => {
    const removed = drawLines(box, drawn, files.lines);
    if (following.peek()) toEnd();
    // What is read stays where it is when lines before it go.
    else if (removed > 0) box.scrollTop -= removed;
  };
  const onScroll = () => {
    if (box.clientHeight === 0) return; // it is out of the page for a while
    const before = top;
    top = box.scrollTop;
    if (box.scrollHeight - box.clientHeight - top < END) following.value = true;
    else if (top < before) following.value = false;
  };
  box.addEventListener("scroll", onScroll, { passive: true, signal: ending });
  const observer = new ResizeObserver(() => {
    if (following.peek()) toEnd();
  });
  observer.observe(box);
  const schedule = onceAFrame(draw, ending);
  const stops = [
    () => observer.disconnect(),
    effect(() => {
      void files.version.value;
      schedule();
    }),
    following.subscribe((follows) => {
      if (follows) toEnd();
    }),
  ];
  ending.addEventListener("abort", () => {
    for (const stop of stops) stop();
  });
}

/** What an element shows: the lines of a log from its line `first` on. */
export interface Drawn {
  log: LogLines | null;
  first: number;
  lines: LogLine[];
}

/** Bring the children of `box` up to date with a log; returns by how many pixels it has lost height at its top. */
export function drawLines(box: HTMLElement, drawn: Drawn, log: LogLines): number {
  let lost = 0;
  if (drawn.log !== log) {
    box.replaceChildren();
    Object.assign(drawn, { log, first: log.first, lines: [] });
  } else if (log.first > drawn.first) {
    const before = box.scrollHeight;
    const dropped = Math.min(log.first - drawn.first, drawn.lines.length);
    for (let i = 0; i < dropped; i++) box.firstElementChild?.remove();
    lost = before - box.scrollHeight;
    Object.assign(drawn, { first: log.first, lines: drawn.lines.slice(dropped) });
  }
  const added = document.createDocumentFragment();
  log.lines.forEach((line, index) => {
    const shown = drawn.lines[index];
    if (shown === line) return;
    drawn.lines[index] = line;
    const element = shown === undefined ? document.createElement("div") : box.children[index];
    if (element == null) return;
    element.className = `logs-line is-${line.kind}`;
    element.textContent = line.text;
    if (shown === undefined) added.append(element);
  });
  box.append(added);
  return lost;
}
