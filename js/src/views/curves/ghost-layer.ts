import { colourOf } from "../../gfx/colour.ts";
import type { Theme } from "../../gfx/theme.ts";
import { isFinal, standingOf } from "../../state/standing.ts";
import { drawEndMark, END_MARKS } from "./end-marks.ts";
import { across, down, type Frame } from "./frame.ts";
import { type Line, lastFinite } from "./line.ts";
import { addPath, clipTo, drawAlone, drawDisc, isWithin } from "./pen.ts";
import { Polyline, tracer } from "./polyline.ts";
import type { Scene } from "./scene.ts";

/** So many cells are drawn for all ghosts together, at most: what more there is, is merged. */
const CELLS = 120_000;

/**
 * All curves, faint, behind those that matter.
 *
 * The curves of ended runs are kept on a canvas of their own. A live update adds those that ended
 * since and draws the few that are under way; a hover draws none.
 */
export class GhostLayer {
  readonly #kept = document.createElement("canvas");
  /** What the kept curves were drawn for, and how many values each of them had. */
  #key = "";
  #data: Scene["data"] | null = null;
  readonly #drawn = new Map<number, number>();

  /** Draw all shown curves on `context`, in canvas pixels: `ratio` of them are a CSS pixel. */
  paint(
    context: CanvasRenderingContext2D,
    scene: Scene,
    frame: Frame,
    theme: Theme,
    ratio: number,
  ): void {
    const { data, shown } = scene;
    const ended = shown.filter(({ run }) => isFinal(standingOf(scene.data, run)));
    const look = lookOf(shown.length, ratio);
    const { width, height } = context.canvas;
    const key = JSON.stringify([frame, width, height, scene.metric, scene.abscissa, theme, look]);
    if (key !== this.#key || data !== this.#data || !this.#isWithin(ended)) {
      this.#kept.width = width; // clears it, too
      this.#kept.height = height;
      this.#drawn.clear();
      this.#key = key;
      this.#data = data;
    }
    const fresh = ended.filter(({ run }) => !this.#drawn.has(run));
    const kept = this.#kept.getContext("2d");
    if (kept !== null && fresh.length > 0) paintGhosts(kept, scene, fresh, frame, theme, look);
    for (const { run, count } of fresh) this.#drawn.set(run, count);
    context.drawImage(this.#kept, 0, 0);
    const live = shown.filter(({ run }) => !this.#drawn.has(run));
    paintGhosts(context, scene, live, frame, theme, look);
  }

  /** Whether the kept curves are all among these, and unchanged. */
  #isWithin(ended: readonly Line[]): boolean {
    let found = 0;
    for (const { run, count } of ended) {
      const drawn = this.#drawn.get(run);
      if (drawn === undefined) continue;
      if (drawn !== count) return false;
      found += 1;
    }
    return found === this.#drawn.size;
  }
}

/** So many doublings of one curve are many. */
const MANY = 7;

/** The more curves, the fainter each. */
interface GhostLook {
  readonly alpha: number;
  readonly line: number;
  readonly mark: number;
  readonly ratio: number;
}

function lookOf(count: number, ratio: number): GhostLook {
  // In steps, so that one more curve does not change the look of all.
  const doublings = Math.floor(Math.log2(Math.max(count, 1)));
  // Without a graphics card, lines of one device pixel are drawn 20 times as fast as wider ones.
  const line = doublings < MANY ? ratio : Math.min(ratio, 1);
  const alpha = Math.min(0.6, Math.max(0.05, 1.4 / 1.42 ** doublings));
  return {
    alpha: (alpha * ratio) / line,
    line,
    mark: ratio * Math.min(7, Math.max(3.5, 9 - 0.6 * doublings)),
    ratio,
  };
}

function paintGhosts(
  context: CanvasRenderingContext2D,
  scene: Scene,
  lines: readonly Line[],
  frame: Frame,
  theme: Theme,
  look: GhostLook,
): void {
  const { alpha, line, ratio } = look;
  context.save();
  if (scene.abscissa !== "run") {
    const polyline = new Polyline();
    const cell = Math.max(ratio, (frame.width * scene.shown.length) / CELLS);
    const trace = tracer(frame, cell, polyline);
    context.save();
    clipTo(context, frame);
    context.globalAlpha = alpha;
    context.strokeStyle = theme.quiet;
    context.lineWidth = line;
    context.lineJoin = "bevel";
    for (const each of lines) {
      trace(each);
      // A path for each: one for all of them takes longer, and crossings would not show.
      context.beginPath();
      const alone = addPath(context, polyline);
      context.stroke();
      if (alone > 0) drawAlone(context, polyline, theme.quiet, 2 * ratio);
    }
    context.restore();
  }
  paintEnds(context, scene, lines, frame, theme, look);
  context.restore();
}

/** Draw the end marks; in a scatter also the values of the runs that have none. */
function paintEnds(
  context: CanvasRenderingContext2D,
  scene: Scene,
  lines: readonly Line[],
  frame: Frame,
  theme: Theme,
  { alpha, mark }: GhostLook,
): void {
  const [toX, toY] = [across(frame), down(frame)];
  context.globalAlpha = scene.abscissa === "run" ? 0.9 : Math.min(1, 0.4 + alpha);
  for (const line of lines) {
    const sign = END_MARKS.get(standingOf(scene.data, line.run));
    const end = lastFinite(line);
    const [x, y] = [toX(line.x[end] ?? Number.NaN), toY(line.last[end] ?? Number.NaN)];
    if (!isWithin(frame, x, y)) continue;
    if (sign !== undefined) drawEndMark(context, sign, x, y, mark);
    else if (scene.abscissa === "run") {
      const level = scene.grade(scene.data.rows.best[line.run] ?? Number.NaN);
      drawDisc(context, colourOf(level, theme.dark), x, y, mark / 2);
    }
  }
}
