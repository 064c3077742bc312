import { across, down, type Frame } from "./frame.ts";
import type { Line } from "./line.ts";
import type { Polyline } from "./polyline.ts";

/**
 * Draw the best value that any line had reached up to each x into `polyline`, as steps.
 *
 * It is found for each column of pixels, so that nothing needs to be sorted.
 */
export function traceBestSoFar(
  lines: readonly Line[],
  goal: "minimize" | "maximize",
  frame: Frame,
  polyline: Polyline,
): void {
  const sign = goal === "maximize" ? 1 : -1;
  const [toX, toY] = [across(frame), down(frame)];
  const columns = Math.ceil(frame.width) + 1;
  const reached = new Float32Array(columns).fill(Number.NEGATIVE_INFINITY);
  for (const { x, low, high, length } of lines) {
    const better = sign > 0 ? high : low;
    for (let i = 0; i < length; i++) {
      // What came before the frame's left edge counts there.
      const column = Math.max(0, Math.ceil(toX(x[i] ?? Number.NaN) - frame.left));
      const value = sign * (better[i] ?? Number.NaN);
      if (value > (reached[column] ?? Number.POSITIVE_INFINITY)) reached[column] = value;
    }
  }
  polyline.length = 0;
  let best = Number.NEGATIVE_INFINITY;
  reached.forEach((value, column) => {
    if (value <= best) return;
    const at = frame.left + column;
    if (best > Number.NEGATIVE_INFINITY) polyline.push(at, toY(sign * best));
    polyline.push(at, toY(sign * value));
    best = value;
  });
  if (polyline.length > 0) polyline.push(frame.left + frame.width, toY(sign * best));
}
