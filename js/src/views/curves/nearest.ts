import { across, type Frame } from "./frame.ts";
import type { Line } from "./line.ts";
import { Polyline, tracer } from "./polyline.ts";

/** Return the line that passes nearest to a pixel, within `reach` pixels; else undefined. */
export function nearestLine(
  lines: readonly Line[],
  frame: Frame,
  pixel: { readonly x: number; readonly y: number },
  reach: number,
): Line | undefined {
  const polyline = new Polyline();
  const trace = tracer(frame, 1, polyline);
  let nearest: Line | undefined;
  let least = reach ** 2;
  for (const line of lines) {
    trace(line);
    const distance = squaredDistance(polyline, pixel, Math.sqrt(least));
    if (distance > least) continue;
    least = distance;
    nearest = line;
  }
  return nearest;
}

/** Return the index of the line's bucket, of those with a value, whose end is nearest to a pixel's x. */
export function nearestBucket(line: Line, frame: Frame, x: number): number {
  const toX = across(frame);
  let nearest = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < line.length; i++) {
    const distance = Math.abs(toX(line.x[i] ?? Number.NaN) - x);
    if (distance >= least || Number.isNaN(line.last[i])) continue;
    least = distance;
    nearest = i;
  }
  return nearest;
}

/** The squared distance from a pixel to the polyline, where it comes as near as `reach` across. */
function squaredDistance(
  { x, y, length }: Polyline,
  pixel: { readonly x: number; readonly y: number },
  reach: number,
): number {
  let least = Number.POSITIVE_INFINITY;
  let [fromX, fromY] = [Number.NaN, Number.NaN];
  for (let i = 0; i < length; i++) {
    const [toX, toY] = [x[i] ?? Number.NaN, y[i] ?? Number.NaN];
    // After a gap a point stands for itself.
    if (Number.isNaN(fromY)) [fromX, fromY] = [toX, toY];
    if (Math.max(fromX, toX) >= pixel.x - reach && Math.min(fromX, toX) <= pixel.x + reach) {
      const [alongX, alongY] = [toX - fromX, toY - fromY];
      const squared = alongX ** 2 + alongY ** 2;
      const projected = (pixel.x - fromX) * alongX + (pixel.y - fromY) * alongY;
      const share = squared === 0 ? 0 : Math.min(Math.max(projected / squared, 0), 1);
      const distance =
        (fromX + share * alongX - pixel.x) ** 2 + (fromY + share * alongY - pixel.y) ** 2;
      if (distance < least) least = distance;
    }
    [fromX, fromY] = [toX, toY];
  }
  return least;
}
