import type { AxisProps } from "./axis-figure.tsx";
import { between, type Grip, type Stretch, stretchOf } from "./brush-edit.ts";
import { alongAt, type Layout } from "./layout.ts";

/** The thickness of a brush, and how far its edges can be taken hold of inside and outside. */
const THICKNESS = 12;
const INSIDE = 3;
const OUTSIDE = 6;

/** The brushes of an axis, with their grips, and where the keyboard is on it. */
export function BrushFigures({ model, gestures, axis }: AxisProps) {
  const scale = model.scales.value.get(axis);
  const layout = model.layout.value;
  if (scale === undefined) return null;
  const brushes = model.session.linked.brushes.value.get(axis) ?? [];
  const grips = (index: number, stretch: Stretch) =>
    (["whole", "from", "to"] as const).map((grip) => (
      // biome-ignore lint/a11y/noStaticElementInteractions: keys and inputs do the same
      <rect
        key={grip}
        class={`parallel-grip parallel-grip-${grip}`}
        {...gripBox(layout, stretch, grip)}
        onPointerDown={(event) => gestures.edit(event, axis, index, grip)}
        onDblClick={() => gestures.clear(axis)}
      />
    ));
  return (
    <>
      {brushes.map((brush, index) => {
        const stretch = stretchOf(scale, brush);
        return (
          <g key={index}>
            <rect class="parallel-brush" {...box(layout, stretch)} rx="2" />
            {grips(index, stretch)}
          </g>
        );
      })}
      {model.chosen.value === axis && <Cursor model={model} layout={layout} />}
    </>
  );
}

/** Where the keyboard is along the chosen axis, and the brush that it draws. */
function Cursor({ model, layout }: { model: AxisProps["model"]; layout: Layout }) {
  const { at, anchor } = model.cursor.value;
  const along = alongAt(layout, at);
  const arrow = layout.turned ? `M${along} -4l-5 -8h10Z` : `M-4 ${along}l-8 -5v10Z`;
  return (
    <g class="parallel-cursor">
      {anchor !== null && (
        <rect class="parallel-brush" {...box(layout, between(anchor, at))} rx="2" />
      )}
      <path d={arrow} />
    </g>
  );
}

/** The rectangle of a stretch of an axis, at least so long that it can be seen. */
function box(layout: Layout, { from, to }: Stretch, thickness = THICKNESS) {
  const ends = [alongAt(layout, from), alongAt(layout, to)] as const;
  const low = Math.min(...ends);
  const length = Math.max(Math.abs(ends[1] - ends[0]), 2);
  return layout.turned
    ? { x: low, y: -thickness / 2, width: length, height: thickness }
    : { x: -thickness / 2, y: low, width: thickness, height: length };
}

function gripBox(layout: Layout, { from, to }: Stretch, grip: Grip) {
  const thick = THICKNESS + 8;
  if (grip === "whole") return box(layout, { from, to }, thick);
  const pixel = 1 / Math.abs(layout.end - layout.start);
  return box(
    layout,
    grip === "from"
      ? { from: from - OUTSIDE * pixel, to: from + INSIDE * pixel }
      : { from: to - INSIDE * pixel, to: to + OUTSIDE * pixel },
    thick,
  );
}
