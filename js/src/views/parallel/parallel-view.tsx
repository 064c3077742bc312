import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { drawNow } from "../../gfx/frames.ts";
import type { Theme } from "../../gfx/theme.ts";
import { axisIds } from "../../state/axes.ts";
import type { ViewProps } from "../app.tsx";
import { AxisFigure } from "./axis-figure.tsx";
import { axisWords } from "./axis-words.ts";
import { Gestures } from "./gestures.ts";
import { drawHighlights } from "./highlights.ts";
import { pressKey } from "./keyboard.ts";
import { acrossAt } from "./layout.ts";
import { drawLines } from "./line-layers.ts";
import { ParallelModel } from "./parallel-model.ts";
import { RangeEditor } from "./range-editor.tsx";

/** Parallel coordinates: an axis for each hyperparameter and the metric, a line for each run. */
export function ParallelView({ session, theme }: ViewProps) {
  const model = useMemo(() => new ParallelModel(session, theme), [session, theme]);
  const plot = useRef<HTMLDivElement>(null);
  const gestures = useMemo(() => new Gestures(model, () => plot.current), [model]);
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useRef<HTMLCanvasElement>(null);
  const highlights = useRef<HTMLCanvasElement>(null);

  useLayoutEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    if (lines.current && highlights.current) {
      drawLines(model, theme, lines.current, signal);
      drawHighlights(model, theme, highlights.current, signal);
    }
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      model.size.value = { width, height };
      drawNow();
    });
    if (scroller.current) observer.observe(scroller.current);
    signal.addEventListener("abort", () => observer.disconnect(), { once: true });
    return () => ending.abort();
  }, [model, theme]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!pressKey(model, event)) return;
    event.preventDefault();
    if (scroller.current) reveal(model, scroller.current);
  };
  const label = useComputed(() => {
    const { count, total } = session.linked.shown.value;
    return `Parallel coordinates of ${count === total ? total : `${count} of ${total}`} runs`;
  });
  return (
    <section class="parallel">
      <div
        class="parallel-scroll"
        ref={scroller}
        role="application"
        aria-label={label}
        aria-describedby="parallel-keys"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is worked by keys as by the pointer
        tabIndex={0}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          // Who comes by keyboard sees where they are; who clicks, what they clicked.
          const byKeys = event.currentTarget.matches(":focus-visible");
          if (byKeys && model.chosen.value === null) model.choose(model.order.value[0] ?? null);
        }}
      >
        <div
          class="parallel-plot"
          ref={plot}
          onPointerMove={(event) => gestures.hover(event)}
          onPointerLeave={() => gestures.leave()}
          onPointerDown={(event) => gestures.press(event)}
        >
          <canvas ref={lines} />
          <Axes model={model} gestures={gestures} theme={theme} />
          <canvas ref={highlights} class="parallel-highlights" />
        </div>
      </div>
      <p id="parallel-keys" class="parallel-unseen">
        Left and right choose an axis, with Shift they move it. Up and down move along it, Enter
        begins and ends a brush, Delete clears the brushes of the axis.
      </p>
      <Place model={model} />
      <ChosenEditor model={model} heir={scroller} />
    </section>
  );
}

interface AxesProps {
  readonly model: ParallelModel;
  readonly gestures: Gestures;
  readonly theme: ReadonlySignal<Theme>;
}

/** The axes, always in the space's order: an element that moved in the page would lose its pointer. */
function Axes({ model, gestures, theme }: AxesProps) {
  const data = model.session.store.data.value;
  const { width, height } = model.layout.value;
  if (data === null || width === 0) return null;
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: its labels say what it is; a title would pop up all over it
    <svg
      class="parallel-axes"
      width={width}
      height={height}
      data-turned={model.layout.value.turned || undefined}
    >
      {axisIds(data).map((axis) => (
        <AxisFigure key={axis} model={model} gestures={gestures} axis={axis} theme={theme.value} />
      ))}
    </svg>
  );
}

/** Where the keyboard is, for those who hear it. */
function Place({ model }: { model: ParallelModel }) {
  const words = useComputed(() => axisWords(model));
  return (
    <p class="parallel-unseen" aria-live="polite">
      {words}
    </p>
  );
}

function ChosenEditor({
  model,
  heir,
}: {
  model: ParallelModel;
  heir: RefObject<HTMLElement | null>;
}) {
  const axis = model.chosen.value;
  if (axis === null || !model.order.value.includes(axis)) return null;
  return (
    <RangeEditor
      key={axis}
      session={model.session}
      axis={axis}
      heir={heir}
      onClose={() => model.choose(null)}
    />
  );
}

/** Scroll to the chosen axis. */
function reveal(model: ParallelModel, scroller: HTMLElement): void {
  const axis = model.chosen.value;
  if (axis === null) return;
  const layout = model.layout.value;
  const at = acrossAt(layout, model.order.value.indexOf(axis));
  const scrolled = (from: number, size: number) =>
    Math.min(Math.max(from, at + layout.gap - size), at - layout.gap);
  if (layout.turned) scroller.scrollTop = scrolled(scroller.scrollTop, scroller.clientHeight);
  else scroller.scrollLeft = scrolled(scroller.scrollLeft, scroller.clientWidth);
}
