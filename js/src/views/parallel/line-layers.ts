import { effect, type ReadonlySignal } from "@preact/signals";
import { prepare } from "../../gfx/canvas.ts";
import { colourOf } from "../../gfx/colour.ts";
import { followPixelRatio } from "../../gfx/pixel-ratio.ts";
import { progressive } from "../../gfx/progressive.ts";
import type { Theme } from "../../gfx/theme.ts";
import { type Layout, toXY } from "./layout.ts";
import { LEVELS, type Levels, type Lines } from "./lines.ts";
import type { ParallelModel } from "./parallel-model.ts";

/** So many lines may be thick. A line of one pixel is drawn ten times as fast. */
const FEW = 120;
/** Stretches from axis to axis that are drawn before looking at the clock, about 2 ms: thick, thin. */
const THICK_PIECE = 200;
const THIN_PIECE = 700;

interface Picture {
  readonly layout: Layout;
  readonly lines: Lines;
  readonly levels: Levels;
  /** 1 for each run to draw, and how many they are. */
  readonly mask: Uint8Array;
  readonly count: number;
  /** By level. */
  readonly colours: readonly string[];
  readonly alpha: number;
}

/**
 * Keep two canvases drawn until `ending` aborts: the runs that are shown and, behind them while there
 * is a filter, all of them as ghosts. So a brush that moves draws only the former.
 */
export function drawLines(
  model: ParallelModel,
  theme: ReadonlySignal<Theme>,
  canvases: { readonly shown: HTMLCanvasElement; readonly ghosts: HTMLCanvasElement },
  ending: AbortSignal,
): void {
  const { shown, ghosts } = canvases;
  keepDrawn(
    shown,
    () => {
      const mask = model.mask.value;
      const count = mask.reduce((sum, one) => sum + one, 0);
      const colours = lineColours(theme.value);
      return { ...plan(model), mask, count, colours, alpha: lineAlpha(count) };
    },
    ending,
  );
  keepDrawn(
    ghosts,
    () => {
      const filtered = model.session.linked.filtered.value;
      ghosts.hidden = !filtered;
      if (!filtered) return null;
      // However many lie upon each other, they get no darker than this.
      const colours = new Array<string>(LEVELS + 1).fill(theme.value.line);
      const count = model.levels.value.level.length;
      const mask = new Uint8Array(count).fill(1);
      return { ...plan(model), mask, count, colours, alpha: 0.8 };
    },
    ending,
  );
}

/** The colours of lines by level, that of runs without a value first. */
export function lineColours({ quiet, dark }: Theme): string[] {
  const graded = Array.from({ length: LEVELS }, (_, level) =>
    colourOf(Math.round((level / (LEVELS - 1)) * 255), dark),
  );
  return [quiet, ...graded];
}

function plan(model: ParallelModel): Pick<Picture, "layout" | "lines" | "levels"> {
  return { layout: model.layout.value, lines: model.lines.value, levels: model.levels.value };
}

/** How opaque lines are: the more there are, the less, for where they lie densely to stand out. */
function lineAlpha(count: number): number {
  return Math.min(Math.max(1.15 - 0.12 * Math.log2(1 + count / 20), 0.3), 0.9);
}

function keepDrawn(
  canvas: HTMLCanvasElement,
  picture: () => Picture | null,
  ending: AbortSignal,
): void {
  let latest: Picture | null = null;
  const redraw = progressive(canvas, (back) => paint(back, latest), ending);
  const ratio = followPixelRatio(ending);
  const stop = effect(() => {
    void ratio.value;
    latest = picture();
    if (latest !== null && latest.layout.width > 0) redraw();
  });
  ending.addEventListener("abort", stop, { once: true });
}

function* paint(canvas: HTMLCanvasElement, picture: Picture | null): Generator<undefined> {
  if (picture === null) return;
  const { layout, lines, levels, mask, count, colours, alpha } = picture;
  const context = prepare(canvas, layout.width, layout.height);
  const ratio = context.getTransform().a;
  const stretches = Math.max(lines.across.length - 1, 1);
  const piece = count <= FEW ? THICK_PIECE : THIN_PIECE;
  context.lineWidth = count <= FEW ? 1.4 : 1 / ratio;
  context.lineJoin = "round";
  context.globalAlpha = alpha;
  let [level, drawn] = [-1, 0];
  for (const run of levels.order) {
    if (!mask[run]) continue;
    const next = levels.level[run] ?? 0;
    if (next !== level || drawn >= piece) {
      if (level >= 0) context.stroke();
      if (drawn >= piece) {
        yield;
        drawn = 0;
      }
      context.beginPath();
      context.strokeStyle = colours[next] ?? "#888";
      level = next;
    }
    addLine(context, lines, run, layout);
    drawn += stretches;
  }
  if (level >= 0) context.stroke();
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
