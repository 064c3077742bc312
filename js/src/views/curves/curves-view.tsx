import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { ViewProps } from "../app.tsx";
import { formatMetric } from "../format.ts";
import { extremesOf } from "./extremes.ts";
import { type ChartKeys, liveChart, type PlacedPoint } from "./live-chart.ts";
import type { Scene } from "./scene.ts";
import { Toolbar } from "./toolbar.tsx";
import { Tooltip } from "./tooltip.tsx";

/** The curves of one metric: all as ghosts, the best, the selected and the hovered one in colour. */
export function CurvesView({ session, theme }: ViewProps) {
  const box = useRef<HTMLDivElement>(null);
  const keys = useRef<ChartKeys>(null);
  const scene = useSignal<Scene | null>(null);
  const point = useSignal<PlacedPoint | null>(null);
  const label = useComputed(() => (scene.value ? summaryOf(scene.value) : "Curves"));
  const empty = useComputed(() => (scene.value ? emptyText(scene.value) : null));
  useLayoutEffect(() => {
    if (box.current === null) return;
    const ending = new AbortController();
    keys.current = liveChart(box.current, session, theme, { scene, point }, ending.signal);
    return () => ending.abort();
  }, [session, theme, scene, point]);
  return (
    <section class="curves">
      <Toolbar session={session} scene={scene} theme={theme} chart={box} />
      <div class="curves-chart">
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms */}
        <div
          class="curves-plot"
          ref={box}
          role="group"
          aria-roledescription="chart"
          aria-label={label.value}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move along the curves
          tabIndex={0}
          onKeyDown={(event) => {
            if (keys.current?.press(event)) event.preventDefault();
          }}
          onBlur={() => keys.current?.leave()}
        />
        {empty.value !== null && <p class="curves-empty">{empty.value}</p>}
        <Tip scene={scene} point={point} />
      </div>
    </section>
  );
}

/** The tooltip, alone in being drawn anew when the pointer moves. */
function Tip({
  scene,
  point,
}: {
  scene: ReadonlySignal<Scene | null>;
  point: ReadonlySignal<PlacedPoint | null>;
}) {
  const [drawn, at] = [scene.value, point.value];
  return drawn !== null && at !== null ? <Tooltip scene={drawn} point={at} /> : null;
}

/** What the chart shows, in words. */
export function summaryOf({ data, metric, shown, best }: Scene): string {
  const count = `${shown.length} ${shown.length === 1 ? "curve" : "curves"} of ${metric}`;
  const [first] = best;
  if (first === undefined) return count;
  const value = formatMetric(data.rows.best[first] ?? Number.NaN);
  return `${count}, best ${data.study.metric} ${value} by run ${first}`;
}

/** Why there is nothing to see; null when there is. */
export function emptyText({ data, metric, shown, all, y, xTitle }: Scene): string | null {
  if (shown.length > 0) {
    if (!y.empty) return null;
    const some = shown.some((line) => !Number.isNaN(extremesOf(line).low));
    return some
      ? `No value of ${metric} in this part of the ${xTitle} axis.`
      : `No finite value of ${metric} to draw.`;
  }
  if (all.length > 0) return "The filter shows no run.";
  if (data.rows.count === 0) return "Waiting for the first run.";
  const others = data.curves.metrics.filter((name) => name !== metric);
  const logged = others.length > 0 ? ` Logged so far: ${others.join(", ")}.` : "";
  return `No run has logged ${metric} yet.${logged}`;
}
