import type { Theme } from "../../gfx/theme.ts";
import type { Frame } from "./frame.ts";
import type { Polyline } from "./polyline.ts";

/** A run's number at the end of its line, in canvas pixels. */
export interface EndLabel {
  readonly run: number;
  readonly x: number;
  readonly y: number;
}

/** Space of a label in CSS pixels; the chart has so much padding at its right. */
export const LABEL_SPACE = 30;
const LABEL_HEIGHT = 12;

/** Where a line ends, or leaves the frame at its right; null when that is not within the frame. */
export function labelPlace(
  { x, y, length }: Polyline,
  { left, top, width, height }: Frame,
): { readonly x: number; readonly y: number } | null {
  const right = left + width;
  for (let i = length - 1; i >= 0; i--) {
    let [atX, atY] = [x[i] ?? 0, y[i] ?? Number.NaN];
    if (atX > right || Number.isNaN(atY)) continue;
    const [nextX, nextY] = [x[i + 1] ?? 0, y[i + 1] ?? Number.NaN];
    if (i + 1 < length && nextX > right && !Number.isNaN(nextY)) {
      atY += ((nextY - atY) * (right - atX)) / (nextX - atX);
      atX = right;
    }
    return atX >= left && atY >= top && atY <= top + height ? { x: atX, y: atY } : null;
  }
  return null;
}

/** Return the labels that cover none before them: those that come first matter most. */
export function uncovered(labels: readonly EndLabel[], ratio: number): EndLabel[] {
  const written: EndLabel[] = [];
  for (const label of labels) {
    const covers = written.some(
      ({ x, y }) =>
        Math.abs(x - label.x) < LABEL_SPACE * ratio && Math.abs(y - label.y) < LABEL_HEIGHT * ratio,
    );
    if (!covers) written.push(label);
  }
  return written;
}

export function drawLabels(
  context: CanvasRenderingContext2D,
  labels: readonly EndLabel[],
  theme: Theme,
  ratio: number,
): void {
  context.save();
  context.font = `600 ${11 * ratio}px ${theme.sans}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.lineJoin = "round";
  context.lineWidth = 3 * ratio;
  context.strokeStyle = theme.paper;
  context.fillStyle = theme.ink;
  for (const { run, x, y } of labels) {
    context.strokeText(String(run), x + 7 * ratio, y);
    context.fillText(String(run), x + 7 * ratio, y);
  }
  context.restore();
}
