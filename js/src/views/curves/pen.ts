import type { Frame } from "./frame.ts";
import type { Polyline } from "./polyline.ts";

/** Add a polyline to the context's path; return how many points between two gaps it leaves out. */
export function addPath(context: CanvasRenderingContext2D, { x, y, length }: Polyline): number {
  let alone = 0;
  let down = false;
  for (let i = 0; i < length; i++) {
    const [atX, atY] = [x[i] ?? 0, y[i] ?? Number.NaN];
    if (Number.isNaN(atY)) down = false;
    else if (down) context.lineTo(atX, atY);
    else if (i + 1 < length && !Number.isNaN(y[i + 1])) {
      context.moveTo(atX, atY);
      down = true;
    } else alone += 1;
  }
  return alone;
}

/** Draw the points between two gaps, which no line shows, as discs. */
export function drawAlone(
  context: CanvasRenderingContext2D,
  { x, y, length }: Polyline,
  colour: string,
  radius: number,
): void {
  for (let i = 0; i < length; i++) {
    const [before, at, after] = [i > 0 ? y[i - 1] : Number.NaN, y[i], y[i + 1]];
    const last = i + 1 === length || Number.isNaN(after);
    if (Number.isNaN(before) && last && !Number.isNaN(at)) {
      drawDisc(context, colour, x[i] ?? 0, at ?? 0, radius);
    }
  }
}

export function drawDisc(
  context: CanvasRenderingContext2D,
  colour: string,
  x: number,
  y: number,
  radius: number,
): void {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/** Confine what is drawn to the frame, until the next `restore`. */
export function clipTo(context: CanvasRenderingContext2D, frame: Frame): void {
  context.beginPath();
  context.rect(frame.left, frame.top, frame.width, frame.height);
  context.clip();
}

/** Whether a pixel is within the frame; a curve's last point may lie on the very edge. */
export function isWithin({ left, top, width, height }: Frame, x: number, y: number): boolean {
  return x >= left - 1 && x <= left + width + 1 && y >= top - 1 && y <= top + height + 1;
}
