import { effect, type ReadonlySignal, type Signal } from "@preact/signals";
import { onceAFrame } from "../../gfx/frames.ts";
import type { Theme } from "../../gfx/theme.ts";
import { adds } from "../../state/linked.ts";
import type { Session } from "../../state/session.ts";
import { CurveChart } from "./chart.ts";
import { across, down } from "./frame.ts";
import { nearestBucket, nearestLine } from "./nearest.ts";
import { type Scene, sceneOf } from "./scene.ts";
import { shownMetric } from "./shown-metric.ts";
import { isInScene, type Point, step } from "./walk.ts";

/** A point with its place in the box, as shares of its width and height. */
export interface PlacedPoint extends Point {
  readonly x: number;
  readonly y: number;
}

/** What the chart tells the rest of the view. */
export interface Outlook {
  readonly scene: Signal<Scene | null>;
  readonly point: Signal<PlacedPoint | null>;
}

/** What the rest of the view tells the chart. */
export interface ChartKeys {
  /** Take a key; false when it means nothing here. */
  press(event: KeyboardEvent): boolean;
  /** The keys go elsewhere, and what they looked at is no longer looked at. */
  leave(): void;
}

/** CSS pixels from the plotting area's corner. */
interface Place {
  readonly x: number;
  readonly y: number;
}

/** The pointer reaches curves so many CSS pixels away. */
const REACH = 12;

/** Draw the session's curves in `box`, following all that changes, until `ending` aborts. */
export function liveChart(
  box: HTMLElement,
  { store, linked, settings }: Session,
  theme: ReadonlySignal<Theme>,
  outlook: Outlook,
  ending: AbortSignal,
): ChartKeys {
  let outdated = true;
  // Where the pointer is, and the same while it is what one looks with: keys take that from it.
  let pointer: Place | null = null;
  let looking: Place | null = null;
  let point: Point | null = null;

  const chart = new CurveChart(box, {
    point: (at) => {
      // uPlot also tells the place of one that rests, with each live update.
      if (at?.x === pointer?.x && at?.y === pointer?.y) return;
      if (at === null && looking !== null) look(null);
      pointer = at;
      looking = at;
      schedule();
    },
    zoom: (to) => {
      settings.curves.zoom.value = to;
    },
    click: (at, event) => {
      const line = lineAt(at);
      if (line !== undefined) linked.select(line.run, adds(event));
    },
  });

  const lineAt = (at: Place) => {
    const [scene, { frame }] = [outlook.scene.peek(), chart];
    return scene && frame ? nearestLine(scene.shown, frame, at, REACH) : undefined;
  };

  /** Look at a point: its run is the hovered one of all views. */
  const look = (at: Point | null) => {
    // Another view's hover is none of ours to end.
    if (at !== null || point !== null) linked.hover.value = at?.run ?? null;
    point = at;
  };

  const draw = () => {
    const data = store.data.peek();
    if (data === null) return;
    if (outdated || outlook.scene.peek() === null) {
      const { x, log, full, zoom } = settings.curves;
      outlook.scene.value = sceneOf(data, linked.shown.peek().mask, {
        metric: shownMetric({ store, settings }),
        x: x.peek(),
        log: log.peek(),
        full: full.peek(),
        zoom: zoom.peek(),
      });
      outdated = false;
    }
    const scene = outlook.scene.peek();
    if (scene === null) return;
    const { frame } = chart;
    if (frame !== null && looking !== null) {
      const line = lineAt(looking);
      look(line ? { run: line.run, bucket: nearestBucket(line, frame, looking.x) } : null);
    } else if (point !== null && !isInScene(scene, point)) look(null);
    const hover = linked.hover.peek();
    const bucket = point !== null && point.run === hover ? point.bucket : null;
    chart.draw(scene, { hover, selection: linked.selection.peek(), bucket }, theme.peek());
    outlook.point.value = bucket === null ? null : placed(scene, chart, point);
  };
  const schedule = onceAFrame(draw, ending);

  const stops = [
    effect(() => {
      void [store.data.value, store.version.value, linked.shown.value, settings.metric.value];
      for (const setting of Object.values(settings.curves)) void setting.value;
      outdated = true;
      schedule();
    }),
    effect(() => {
      void [linked.hover.value, linked.selection.value, theme.value];
      schedule();
    }),
  ];
  const observer = new ResizeObserver(([entry]) => {
    const { width = 0, height = 0 } = entry?.contentRect ?? {};
    if (width > 0 && height > 0) chart.resize(Math.floor(width), Math.floor(height));
  });
  observer.observe(box);
  const listening = { capture: true, passive: true, signal: ending };
  box.getRootNode().addEventListener("scroll", () => chart.moved(), listening);
  box.addEventListener("pointerenter", () => chart.moved(), listening);
  ending.addEventListener("abort", () => {
    for (const stop of stops) stop();
    observer.disconnect();
    look(null);
    chart.destroy();
  });

  return {
    press: (event) => {
      const scene = outlook.scene.peek();
      if (scene === null) return false;
      if (event.key === "Enter" && point !== null) linked.select(point.run, adds(event));
      else {
        const next = step(scene, point, event.key);
        if (next === null) return false;
        looking = null;
        look(next);
        schedule();
      }
      return true;
    },
    leave: () => {
      if (looking === null) look(null);
      schedule();
    },
  };
}

function placed(scene: Scene, chart: CurveChart, point: Point | null): PlacedPoint | null {
  const line = scene.shown.find(({ run }) => run === point?.run);
  const { frame, origin, size } = chart;
  if (point === null || line === undefined || frame === null) return null;
  const x = across(frame)(line.x[point.bucket] ?? Number.NaN);
  const y = down(frame)(line.last[point.bucket] ?? Number.NaN);
  const within = (pixel: number, room: number) => Math.min(Math.max(pixel, 0), room);
  return {
    ...point,
    x: (origin.x + within(x, frame.width)) / size.width,
    y: (origin.y + within(y, frame.height)) / size.height,
  };
}
