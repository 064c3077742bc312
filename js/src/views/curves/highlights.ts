import { colourOf, pinnedStyle } from "../../gfx/colour.ts";
import type { Theme } from "../../gfx/theme.ts";
import { standingOf } from "../../state/standing.ts";
import { drawLabels, type EndLabel, labelPlace, uncovered } from "./end-labels.ts";
import { drawEndMark, END_MARKS } from "./end-marks.ts";
import { across, down, type Frame } from "./frame.ts";
import { type Line, lastFinite } from "./line.ts";
import { addPath, clipTo, drawAlone, drawDisc, isWithin } from "./pen.ts";
import { Polyline, tracer } from "./polyline.ts";
import type { Scene } from "./scene.ts";

/** What is picked out of the curves. */
export interface Focus {
  readonly hover: number | null;
  readonly selection: ReadonlySet<number>;
  /** The bucket of the hovered run that is looked at; null when the run is hovered elsewhere. */
  readonly bucket: number | null;
}

interface Stroke {
  readonly colour: string;
  readonly dash: readonly number[];
  /** In CSS pixels. */
  readonly width: number;
}

/** Draw the best curves, the selected ones and the hovered one, the later the further in front. */
export function paintHighlights(
  context: CanvasRenderingContext2D,
  scene: Scene,
  focus: Focus,
  frame: Frame,
  theme: Theme,
  ratio: number,
): void {
  const lines = new Map(scene.shown.map((line) => [line.run, line]));
  const strokes = strokesOf(scene, focus, theme);
  const polyline = new Polyline();
  const trace = tracer(frame, ratio, polyline);
  const labels: EndLabel[] = [];
  context.save();
  context.lineJoin = "round";
  for (const [run, stroke] of strokes) {
    const line = lines.get(run);
    if (line === undefined) continue;
    trace(line);
    if (scene.abscissa === "run") drawRing(context, line, stroke, frame, theme, ratio);
    else drawLine(context, polyline, stroke, frame, theme, ratio);
    drawEnd(context, scene, line, frame, ratio);
    const at = labelPlace(polyline, frame);
    if (at !== null && !scene.data.study.single) labels.push({ run, ...at });
    if (run === focus.hover && focus.bucket !== null) {
      drawPoint(context, line, focus.bucket, stroke, frame, theme, ratio);
    }
  }
  context.restore();
  // What is in front was drawn last, and is labelled first.
  drawLabels(context, uncovered(labels.reverse(), ratio), theme, ratio);
}

/** The strokes by run, in the order in which they are drawn. */
function strokesOf(scene: Scene, focus: Focus, theme: Theme): Map<number, Stroke> {
  const strokes = new Map<number, Stroke>();
  for (const run of [...scene.best].reverse()) {
    const level = scene.grade(scene.data.rows.best[run] ?? Number.NaN);
    strokes.set(run, { colour: colourOf(level, theme.dark), dash: [], width: 1.75 });
  }
  // It stands for nothing but itself.
  if (scene.data.study.single) strokes.set(0, { colour: theme.accent, dash: [], width: 2 });
  [...focus.selection].forEach((run, place) => {
    strokes.delete(run); // it moves to the front
    strokes.set(run, { ...pinnedStyle(place, theme.dark), width: 2 });
  });
  if (focus.hover !== null) {
    const stroke = strokes.get(focus.hover) ?? { colour: theme.ink, dash: [], width: 1.75 };
    strokes.delete(focus.hover);
    strokes.set(focus.hover, { ...stroke, width: stroke.width + 1 });
  }
  return strokes;
}

function drawLine(
  context: CanvasRenderingContext2D,
  polyline: Polyline,
  { colour, dash, width }: Stroke,
  frame: Frame,
  theme: Theme,
  ratio: number,
): void {
  context.save();
  clipTo(context, frame);
  context.beginPath();
  const alone = addPath(context, polyline);
  // A rim of paper sets it off from the curves that it crosses.
  context.strokeStyle = theme.paper;
  context.lineWidth = (width + 1.5) * ratio;
  context.globalAlpha = 0.8;
  context.stroke();
  context.globalAlpha = 1;
  context.strokeStyle = colour;
  context.lineWidth = width * ratio;
  context.setLineDash(dash.map((length) => length * ratio));
  context.stroke();
  if (alone > 0) drawAlone(context, polyline, colour, (width + 1) * ratio);
  context.restore();
}

/** In a scatter, a ring around the run's dot. */
function drawRing(
  context: CanvasRenderingContext2D,
  line: Line,
  { colour, width }: Stroke,
  frame: Frame,
  theme: Theme,
  ratio: number,
): void {
  const [x, y] = [across(frame)(line.x[0] ?? 0), down(frame)(line.last[0] ?? 0)];
  drawDisc(context, theme.paper, x, y, (3.5 + width) * ratio);
  drawDisc(context, colour, x, y, (2.5 + width) * ratio);
}

function drawEnd(
  context: CanvasRenderingContext2D,
  { data }: Scene,
  line: Line,
  frame: Frame,
  ratio: number,
): void {
  const mark = END_MARKS.get(standingOf(data, line.run));
  const end = lastFinite(line);
  if (mark === undefined || end < 0) return;
  const [x, y] = [across(frame)(line.x[end] ?? 0), down(frame)(line.last[end] ?? 0)];
  if (isWithin(frame, x, y)) drawEndMark(context, mark, x, y, 7 * ratio);
}

function drawPoint(
  context: CanvasRenderingContext2D,
  line: Line,
  bucket: number,
  { colour }: Stroke,
  frame: Frame,
  theme: Theme,
  ratio: number,
): void {
  const [x, y] = [across(frame)(line.x[bucket] ?? 0), down(frame)(line.last[bucket] ?? 0)];
  if (!isWithin(frame, x, y)) return;
  drawDisc(context, theme.paper, x, y, 5 * ratio);
  drawDisc(context, colour, x, y, 3.5 * ratio);
}
