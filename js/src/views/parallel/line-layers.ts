import { effect, type ReadonlySignal } from "@preact/signals";
import { colourOf } from "../../gfx/colour.ts";
import { followPixelRatio } from "../../gfx/pixel-ratio.ts";
import { progressive } from "../../gfx/progressive.ts";
import { type Pen, Raster } from "../../gfx/raster.ts";
import type { Theme } from "../../gfx/theme.ts";
import { type Layout, toXY } from "./layout.ts";
import { LEVELS, type Levels, type Lines } from "./lines.ts";
import type { ParallelModel } from "./parallel-model.ts";

/** So many lines may be thick: more would hide each other. */
const FEW = 120;
/** Stretches from axis to axis that are drawn before looking at the clock, a part of a millisecond. */
const PIECE = 200;

/** What is drawn, at one moment. */
interface Picture {
  readonly layout: Layout;
  readonly lines: Lines;
  readonly levels: Levels;
  /** 1 for each run that is shown, and whether the others are there as ghosts. */
  readonly mask: Uint8Array;
  readonly filtered: boolean;
  readonly theme: Theme;
  /** Device pixels of a CSS pixel. */
  readonly ratio: number;
}

/**
 * Keep a canvas drawn until `ending` aborts: the lines of the runs that are shown and, behind them
 * while there is a filter, those of all runs as ghosts.
 */
export function drawLines(
  model: ParallelModel,
  theme: ReadonlySignal<Theme>,
  canvas: HTMLCanvasElement,
  ending: AbortSignal,
): void {
  let latest: Picture | null = null;
  const painter = new Painter();
  const redraw = progressive(() => painter.paint(canvas, latest), ending);
  const ratio = followPixelRatio(ending);
  const stop = effect(() => {
    latest = {
      layout: model.layout.value,
      lines: model.lines.value,
      levels: model.levels.value,
      mask: model.mask.value,
      filtered: model.session.linked.filtered.value,
      theme: theme.value,
      ratio: ratio.value,
    };
    if (latest.layout.width > 0) redraw();
  });
  ending.addEventListener("abort", stop, { once: true });
}

/** Draws pictures one after the other, and keeps what they have in common. */
class Painter {
  #picture = new Raster(1, 1);
  /** The ghosts, and the picture that they were drawn for. */
  #ghosts = new Raster(1, 1);
  #drawn: Picture | null = null;

  /** Draw and then show a picture; yields after each piece. */
  *paint(canvas: HTMLCanvasElement, picture: Picture | null): Generator<undefined> {
    if (picture === null) return;
    const { layout, mask, filtered, theme, ratio } = picture;
    const width = Math.max(Math.round(layout.width * ratio), 1);
    const height = Math.max(Math.round(layout.height * ratio), 1);
    this.#picture = sized(this.#picture, width, height);
    if (filtered) {
      yield* this.#paintGhosts(picture, width, height);
      this.#picture.copy(this.#ghosts);
    } else this.#picture.fill(theme.paper);
    const count = mask.reduce((sum, one) => sum + one, 0);
    const colours = lineColours(theme);
    const look = { alpha: lineAlpha(count), width: count <= FEW ? 1.4 * ratio : 1 };
    yield* paintLines(this.#picture, picture, mask, (level) => ({
      colour: colours[level] ?? theme.quiet,
      ...look,
    }));
    this.#picture.show(canvas);
    canvas.style.width = `${layout.width}px`;
    canvas.style.height = `${layout.height}px`;
  }

  *#paintGhosts(picture: Picture, width: number, height: number): Generator<undefined> {
    const { lines, theme } = picture;
    const drawn = this.#drawn;
    this.#ghosts = sized(this.#ghosts, width, height);
    if (drawn?.lines === lines && drawn.theme === theme && drawn.ratio === picture.ratio) return;
    this.#drawn = null;
    this.#ghosts.fill(theme.paper);
    const all = new Uint8Array(lines.count).fill(1);
    // However many lie upon each other, they get no darker than this.
    const pen = { colour: theme.line, alpha: 0.8, width: 1 };
    yield* paintLines(this.#ghosts, picture, all, () => pen);
    this.#drawn = picture;
  }
}

/** The colours of lines by level, that of runs without a value first. */
export function lineColours({ quiet, dark }: Theme): string[] {
  const graded = Array.from({ length: LEVELS }, (_, level) =>
    colourOf(Math.round((level / (LEVELS - 1)) * 255), dark),
  );
  return [quiet, ...graded];
}

/** How opaque lines are: the more there are, the less, for where they lie densely to stand out. */
function lineAlpha(count: number): number {
  return Math.min(Math.max(1.15 - 0.12 * Math.log2(1 + count / 20), 0.3), 0.9);
}

/** Draw the lines of the runs in `mask`, the better ones upon the others; yields after each piece. */
function* paintLines(
  raster: Raster,
  { layout, lines, levels, ratio }: Picture,
  mask: Uint8Array,
  penOf: (level: number) => Pen,
): Generator<undefined> {
  const { across, along } = lines;
  let [level, drawn] = [-1, 0];
  for (const run of levels.order) {
    if (!mask[run]) continue;
    const next = levels.level[run] ?? 0;
    if (next !== level) raster.take(penOf(next));
    level = next;
    for (let place = 1; place < across.length; place++) {
      const [a0, a1] = [ratio * (across[place - 1] ?? 0), ratio * (across[place] ?? 0)];
      const b0 = ratio * (along[place - 1]?.[run] ?? 0);
      const b1 = ratio * (along[place]?.[run] ?? 0);
      if (layout.turned) raster.line(b0, a0, b1, a1);
      else raster.line(a0, b0, a1, b1);
    }
    drawn += across.length;
    if (drawn < PIECE) continue;
    drawn = 0;
    yield;
  }
}

function sized(raster: Raster, width: number, height: number): Raster {
  return raster.width === width && raster.height === height ? raster : new Raster(width, height);
}

/** Add a run's line to the path. */
export function addLine(
  context: CanvasRenderingContext2D,
  { across, along }: Lines,
  run: number,
  layout: Layout,
): void {
  for (let place = 0; place < across.length; place++) {
    const at = { across: across[place] ?? 0, along: along[place]?.[run] ?? 0 };
    const [x, y] = toXY(layout, at);
    if (place === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
}
