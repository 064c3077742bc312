import type { Theme } from "../../gfx/theme.ts";
import { across, down, type Frame } from "./frame.ts";
import type { Line } from "./line.ts";
import { addPath, clipTo } from "./pen.ts";
import { Polyline } from "./polyline.ts";
import type { Scene } from "./scene.ts";

/**
 * The best value that any line had reached up to each x.
 *
 * It is found for each column of pixels, so that nothing needs to be sorted, and a line's new values
 * are added to those of before.
 */
export class BestSoFar {
  readonly #sign: 1 | -1;
  readonly #frame: Frame;
  /** By column: what was reached in it, the higher the better. */
  readonly #reached: Float32Array;
  readonly #seen = new WeakSet<Line>();

  /** @param frame where x lies. */
  constructor(goal: "minimize" | "maximize", frame: Frame) {
    this.#sign = goal === "maximize" ? 1 : -1;
    this.#frame = frame;
    this.#reached = new Float32Array(Math.ceil(frame.width) + 1).fill(Number.NEGATIVE_INFINITY);
  }

  /** Take lines: new ones, those that were taken already, and such with more values than then. */
  add(lines: readonly Line[]): void {
    const toX = across(this.#frame);
    for (const line of lines) {
      if (this.#seen.has(line)) continue;
      this.#seen.add(line);
      const better = this.#sign > 0 ? line.high : line.low;
      for (let i = 0; i < line.length; i++) {
        // What came before the frame's left edge counts there.
        const column = Math.max(0, Math.ceil(toX(line.x[i] ?? Number.NaN) - this.#frame.left));
        const value = this.#sign * (better[i] ?? Number.NaN);
        if (value > (this.#reached[column] ?? Number.POSITIVE_INFINITY)) {
          this.#reached[column] = value;
        }
      }
    }
  }

  /** Draw it into `polyline`, as steps; `frame` has the same x as that of before. */
  trace(frame: Frame, polyline: Polyline): void {
    const toY = down(frame);
    polyline.length = 0;
    let best = Number.NEGATIVE_INFINITY;
    this.#reached.forEach((value, column) => {
      if (value <= best) return;
      const at = frame.left + column;
      if (best > Number.NEGATIVE_INFINITY) polyline.push(at, toY(this.#sign * best));
      polyline.push(at, toY(this.#sign * value));
      best = value;
    });
    if (polyline.length > 0) polyline.push(frame.left + frame.width, toY(this.#sign * best));
  }
}

/** Draws the best value so far of the primary metric, looking at each value once. */
export class BestSoFarLayer {
  readonly #polyline = new Polyline();
  #best: BestSoFar | null = null;
  /** What that was found for. */
  #key = "";
  #data: Scene["data"] | null = null;

  paint(
    context: CanvasRenderingContext2D,
    { data, all, metric, abscissa }: Scene,
    frame: Frame,
    theme: Theme,
    ratio: number,
  ): void {
    const key = JSON.stringify([metric, abscissa, frame.x, frame.left, frame.width]);
    if (this.#best === null || key !== this.#key || data !== this.#data) {
      this.#best = new BestSoFar(data.study.goal, frame);
      this.#key = key;
      this.#data = data;
    }
    this.#best.add(all);
    this.#best.trace(frame, this.#polyline);
    context.save();
    clipTo(context, frame);
    context.strokeStyle = theme.ink;
    context.lineWidth = 1.25 * ratio;
    context.globalAlpha = 0.75;
    context.beginPath();
    addPath(context, this.#polyline);
    context.stroke();
    context.restore();
  }
}
