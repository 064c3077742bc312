import { colourOf } from "../../gfx/colour.ts";
import type { Theme } from "../../gfx/theme.ts";
import { type AxisId, axisName } from "../../state/axes.ts";
import type { Data } from "../../state/run-store.ts";
import { spaceText } from "../space-text.ts";
import { BrushFigures } from "./brush-figures.tsx";
import type { Gestures } from "./gestures.ts";
import { alongAt, type Layout, toXY } from "./layout.ts";
import type { Gap } from "./lines.ts";
import type { ParallelModel } from "./parallel-model.ts";
import { shorten } from "./shorten.ts";
import type { Tick } from "./ticks.ts";

export interface AxisProps {
  readonly model: ParallelModel;
  readonly gestures: Gestures;
  readonly axis: AxisId;
}

/** The thickness of the colour bar, and of the strip along an axis in which it is brushed. */
const BAR = 8;
const STRIP = 26;
/** Colours of which the bar is mixed. */
const STOPS = 12;

/** One axis: its line with marks and labels, its name, its brushes. */
export function AxisFigure({ model, gestures, axis, theme }: AxisProps & { theme: Theme }) {
  const data = model.session.store.data.value;
  const layout = model.layout.value;
  if (data === null) return null;
  const { start, end } = layout;
  const [x, y] = toXY(layout, { across: model.across(axis), along: 0 });
  const [x2, y2] = toXY(layout, { across: 0, along: end });
  const [x1, y1] = toXY(layout, { across: 0, along: start });
  const [chosen, dragged] = [model.chosen.value === axis, model.dragged.value?.axis === axis];
  return (
    <g
      class="parallel-axis"
      data-axis={axis}
      data-chosen={chosen || undefined}
      data-dragged={dragged || undefined}
      transform={`translate(${x} ${y})`}
    >
      {axis === "metric" && <ColourBar model={model} theme={theme} layout={layout} />}
      <line class="parallel-line" x1={x1} y1={y1} x2={x2} y2={y2} />
      {model.ticks.value.get(axis)?.map((tick) => (
        <TickFigure key={tick.value} model={model} axis={axis} tick={tick} layout={layout} />
      ))}
      <Band gap={model.gaps.value.get(axis) ?? ""} layout={layout} />
      <rect
        class="parallel-strip"
        {...strip(layout)}
        onPointerDown={(event) => gestures.brush(event, axis)}
      />
      <BrushFigures model={model} gestures={gestures} axis={axis} />
      <Name model={model} gestures={gestures} axis={axis} data={data} layout={layout} />
    </g>
  );
}

/** Where the runs pass that have no place on the axis. */
function Band({ gap, layout }: { gap: Gap; layout: Layout }) {
  if (gap === "") return null;
  const [x, y] = toXY(layout, { across: 0, along: layout.none });
  return (
    <g transform={`translate(${x} ${y})`}>
      <title>{GAP_TITLES[gap]}</title>
      <circle class="parallel-none" r="3" />
      {layout.turned ? (
        // In lines of a word or two: next to it the axis' first label stands.
        <text class="parallel-tick" text-anchor="middle">
          {gap.split(/ (?=or)/).map((words, line) => (
            <tspan key={words} x="0" y={17 + 12 * line}>
              {words}
            </tspan>
          ))}
        </text>
      ) : (
        <text class="parallel-tick" x="-7" y="4" text-anchor="end">
          {gap}
        </text>
      )}
    </g>
  );
}

const GAP_TITLES: Readonly<Record<Exclude<Gap, "">, string>> = {
  none: "Runs without a value here",
  "0": "Runs with 0 here, which a logarithmic axis has no place for",
  "none or 0": "Runs without a value here, or with 0, which a logarithmic axis has no place for",
};

function TickFigure({
  model,
  axis,
  tick,
  layout,
}: Pick<AxisProps, "model" | "axis"> & { tick: Tick; layout: Layout }) {
  const { turned, gap, first } = layout;
  const along = alongAt(layout, tick.fraction);
  const metric = axis === "metric";
  const [x, y] = toXY(layout, { across: 0, along });
  const size = tick.text === "" ? 3 : 5;
  const options = model.scales.value.get(axis)?.options.length ?? 0;
  const place = model.order.value.indexOf(axis);
  // An option turned has the stretch that is its own; upright, a label has what is left of the axis.
  const room = turned
    ? Math.abs(layout.end - layout.start) / Math.max(options, 4) - 6
    : place === 0
      ? first - 12
      : gap - 22;
  const text = shorten(tick.text, room, model.width.value);
  // The colour bar stands between the metric's axis and its labels.
  const away = metric ? BAR + 4 : 0;
  return (
    <g>
      {turned ? (
        <line class="parallel-mark" x1={x} x2={x} y2={metric ? -size : size} />
      ) : (
        <line class="parallel-mark" y1={y} y2={y} x2={-size} />
      )}
      {tick.text !== "" && (
        <text
          class="parallel-tick"
          {...(turned
            ? { x, y: 17 + away, "text-anchor": "middle" }
            : metric
              ? { x: away + 2, y: y + 4, "text-anchor": "start" }
              : { x: -8, y: y + 4, "text-anchor": "end" })}
        >
          {text}
          {text !== tick.text && <title>{tick.text}</title>}
        </text>
      )}
    </g>
  );
}

/** The axis' name, which it is moved by. */
function Name({ model, gestures, axis, data, layout }: AxisProps & { data: Data; layout: Layout }) {
  const { turned, gap, first, width, end } = layout;
  const name = axisName(data, axis);
  const right = width - first - gap * (model.order.value.length - 1);
  // In the middle above the axis, and the first and the last one not over the edge.
  const room = turned ? end - 8 : Math.min(gap - 10, 2 * Math.min(first, right) - 6);
  const shown = shorten(name, room / 1.07, model.width.value); // in bold, it is wider
  const box = turned
    ? { x: 0, y: -24, width: Math.min(model.width.value(shown) * 1.07 + 12, width), height: 18 }
    : { x: -room / 2 - 4, y: 0, width: room + 8, height: 20 };
  return (
    <g class="parallel-name" onPointerDown={(event) => gestures.moveAxis(event, axis)}>
      <title>{titleOf(data, axis)}</title>
      <rect {...box} rx="3" />
      <text {...(turned ? { x: 6, y: -11 } : { y: 14, "text-anchor": "middle" })}>{shown}</text>
    </g>
  );
}

/** An axis in full: its name and what it spans. */
export function titleOf(data: Data, axis: AxisId): string {
  const name = axisName(data, axis);
  const dimension = axis === "metric" ? undefined : data.study.dimensions[axis];
  return dimension === undefined
    ? `${name}: the best value of each run (${data.study.goal})`
    : `${name}: ${spaceText(dimension)}`;
}

/** The colours of the lines, along the metric's axis. */
function ColourBar({
  model,
  theme,
  layout,
}: {
  model: ParallelModel;
  theme: Theme;
  layout: Layout;
}) {
  const scale = model.scales.value.get("metric");
  if (scale === undefined || scale.empty) return null;
  const cells = Array.from({ length: STOPS }, (_, index) => {
    const [from, to] = [alongAt(layout, index / STOPS), alongAt(layout, (index + 1) / STOPS)];
    const level = model.grade.value(scale.value((index + 0.5) / STOPS));
    const [low, size] = [Math.min(from, to), Math.abs(to - from) + 0.5]; // no seams
    const box = layout.turned
      ? { x: low, y: 2, width: size, height: BAR }
      : { x: 2, y: low, width: BAR, height: size };
    return <rect key={index} {...box} fill={colourOf(level, theme.dark)} />;
  });
  return <g class="parallel-bar">{cells}</g>;
}

function strip(layout: Layout) {
  const [from, to] = [Math.min(layout.start, layout.end), Math.max(layout.start, layout.end)];
  return layout.turned
    ? { x: from - 4, y: -STRIP / 2, width: to - from + 8, height: STRIP }
    : { x: -STRIP / 2, y: from - 4, width: STRIP, height: to - from + 8 };
}
