import { effect, type ReadonlySignal } from "@preact/signals";
import { prepare } from "../../gfx/canvas.ts";
import { pinnedStyle } from "../../gfx/colour.ts";
import { onceAFrame } from "../../gfx/frames.ts";
import { followPixelRatio } from "../../gfx/pixel-ratio.ts";
import type { Theme } from "../../gfx/theme.ts";
import { axisValues, dimensionOf } from "../../state/axes.ts";
import type { Data } from "../../state/run-store.ts";
import { formatMetric, formatParameter } from "../format.ts";
import { toXY } from "./layout.ts";
import { addLine, lineColours } from "./line-layers.ts";
import { LABEL_PIXELS, type ParallelModel } from "./parallel-model.ts";
import { shorten } from "./shorten.ts";

/** So many selected runs are drawn: more could not be told apart. */
const MOST_SELECTED = 100;
const LABEL_HEIGHT = 16;
const LABEL_PADDING = 4;

/**
 * Keep a canvas drawn until `ending` aborts, over the lines of all runs: the selected runs that are
 * shown, and the hovered run with its values. Hovering draws nothing else.
 */
export function drawHighlights(
  model: ParallelModel,
  theme: ReadonlySignal<Theme>,
  canvas: HTMLCanvasElement,
  ending: AbortSignal,
): void {
  const { store, linked } = model.session;
  const draw = () => {
    const data = store.data.peek();
    const hover = linked.hover.peek();
    const isHovered = hover !== null && hover < model.lines.peek().count && !model.dragged.peek();
    const selection = [...linked.selection.peek()];
    // Browsers take their time also for what is empty.
    canvas.hidden = data === null || (!isHovered && selection.length === 0);
    if (data === null || canvas.hidden) return;
    const { width, height } = model.layout.peek();
    const context = prepare(canvas, width, height);
    const mask = model.mask.peek();
    selection.slice(0, MOST_SELECTED).forEach((run, place) => {
      const { colour, dash } = pinnedStyle(place, theme.peek().dark);
      if (mask[run]) drawLine(context, model, theme.peek(), run, { colour, dash, width: 2.5 });
    });
    if (!isHovered) return;
    const place = selection.indexOf(hover);
    const graded = lineColours(theme.peek())[model.levels.peek().level[hover] ?? 0] ?? "#888";
    const style = place < 0 ? { colour: graded, dash: [] } : pinnedStyle(place, theme.peek().dark);
    drawLine(context, model, theme.peek(), hover, { ...style, width: 3.5 });
    drawValues(context, model, theme.peek(), data, hover);
  };
  const redraw = onceAFrame(draw, ending);
  const ratio = followPixelRatio(ending);
  const stop = effect(() => {
    void [
      ratio.value,
      linked.hover.value,
      linked.selection.value,
      model.mask.value,
      model.lines.value,
    ];
    void [model.layout.value, model.levels.value, theme.value, model.dragged.value];
    redraw();
  });
  ending.addEventListener("abort", stop, { once: true });
}

/** A value of an axis in words, as the table has it. */
export function valueText(data: Data, axis: Parameters<typeof axisValues>[1], run: number): string {
  const value = axisValues(data, axis)[run] ?? Number.NaN;
  if (Number.isNaN(value)) return "none";
  const dimension = dimensionOf(data, axis);
  return dimension === null ? formatMetric(value) : formatParameter(value, dimension);
}

interface Stroke {
  readonly colour: string;
  readonly dash: readonly number[];
  /** In CSS pixels. */
  readonly width: number;
}

function drawLine(
  context: CanvasRenderingContext2D,
  model: ParallelModel,
  theme: Theme,
  run: number,
  { colour, dash, width }: Stroke,
): void {
  context.lineJoin = "round";
  context.lineCap = "round";
  context.beginPath();
  addLine(context, model.lines.peek(), run, model.layout.peek());
  // A rim of paper sets it off from the lines that it crosses.
  context.setLineDash([]);
  context.strokeStyle = theme.paper;
  context.lineWidth = width + 2.5;
  context.stroke();
  context.setLineDash([...dash]);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
  context.setLineDash([]);
}

/** Write a run's values beside its crossings (below them when turned), and its number before the first. */
function drawValues(
  context: CanvasRenderingContext2D,
  model: ParallelModel,
  theme: Theme,
  data: Data,
  run: number,
): void {
  const [layout, lines] = [model.layout.peek(), model.lines.peek()];
  context.font = `600 ${LABEL_PIXELS}px ${theme.sans}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  const measure = (text: string) => context.measureText(text).width;
  const label = (text: string, x: number, y: number, room: number) => {
    const shown = shorten(text, room, measure);
    const width = measure(shown) + 2 * LABEL_PADDING;
    const left = Math.min(Math.max(x, 1), layout.width - width - 1);
    const top = Math.min(Math.max(y, 1), layout.height - LABEL_HEIGHT - 1);
    context.beginPath();
    context.roundRect(left, top, width, LABEL_HEIGHT, 3);
    context.fillStyle = theme.paper;
    context.fill();
    context.strokeStyle = theme.line;
    context.lineWidth = 1;
    context.stroke();
    context.fillStyle = theme.ink;
    context.fillText(shown, left + LABEL_PADDING, top + LABEL_HEIGHT / 2 + 0.5);
  };
  model.order.peek().forEach((axis, place) => {
    const at = { across: lines.across[place] ?? 0, along: lines.along[place]?.[run] ?? 0 };
    const [x, y] = toXY(layout, at);
    const text = valueText(data, axis, run);
    const beside = x + 8 + (axis === "metric" && !layout.turned ? 8 : 0);
    if (layout.turned) label(text, x - measure(text) / 2 - LABEL_PADDING, y + 7, layout.width / 2);
    else label(text, beside, y - LABEL_HEIGHT / 2, layout.gap - 24);
    if (place > 0) return;
    const number = `run ${run}`;
    const width = measure(number) + 2 * LABEL_PADDING;
    if (layout.turned) label(number, x - width / 2, y - LABEL_HEIGHT - 7, layout.width);
    else label(number, x - width - 8, y - LABEL_HEIGHT / 2, layout.width);
  });
}
