import type uPlot from "uplot";
import type { Theme } from "../../gfx/theme.ts";
import { logTicks } from "../../gfx/ticks.ts";
import { formatNumber } from "../format.ts";
import type { Scene } from "./scene.ts";
import { labelled } from "./tick-labels.ts";

const FONT_SIZE = 11;
/** Roughly the width of a digit, in CSS pixels: axes leave room without measuring text. */
const DIGIT = 6.3;

/** Steps between the ticks of an axis on which only whole numbers have a meaning. */
const WHOLE = Array.from({ length: 16 }, (_, power) =>
  [1, 2, 5].map((k) => k * 10 ** power),
).flat();
/** Steps of an axis of seconds. */
const SECONDS = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60),
  ...[1, 2, 4, 8, 12, 24, 48, 96, 240, 480, 960].map((hours) => hours * 3600),
];

/** Return the axes of a scene: x below with its title, y at the left, whose title is the metric picker. */
export function axesOf(scene: Scene, theme: Theme): uPlot.Axis[] {
  const time = scene.abscissa === "time";
  const common = {
    stroke: theme.quiet,
    font: `${FONT_SIZE}px ${theme.sans}`,
    grid: { stroke: faint(theme.line), width: 1 },
    ticks: { show: false },
    gap: 6,
  };
  return [
    {
      ...common,
      size: FONT_SIZE + 12,
      space: 56,
      label: scene.xTitle,
      labelFont: common.font,
      labelSize: FONT_SIZE + 4,
      labelGap: 0,
      values: (_, ticks) => ticks.map(time ? formatSeconds : formatTick),
      ...(time ? { incrs: SECONDS } : scene.whole ? { incrs: WHOLE } : {}),
    },
    {
      ...common,
      scale: "y",
      space: 28,
      ...(scene.log
        ? {
            splits: (_: uPlot, __: number, low: number, high: number) => logTicks(low, high),
            filter: (plot: uPlot, ticks: number[]) =>
              labelled(ticks, (tick) => plot.valToPos(tick, "y"), 1.3 * FONT_SIZE),
          }
        : {}),
      size: (_, labels) =>
        Math.max(30, 12 + DIGIT * Math.max(0, ...(labels ?? []).map((label) => label.length))),
      values: (_, ticks) => ticks.map(formatTick),
    },
  ];
}

/** Show a time since the beginning: `45s`, `2m 30s`, `1h 5m`, the largest two units that are not 0. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${formatNumber(seconds)}s`;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = Math.floor(seconds % 60);
  const parts =
    hours > 0
      ? [
          [hours, "h"],
          [minutes, "m"],
        ]
      : [
          [minutes, "m"],
          [rest, "s"],
        ];
  return parts.flatMap(([count, unit]) => (count === 0 ? [] : [`${count}${unit}`])).join(" ");
}

/** uPlot gives null for a tick without a label. */
function formatTick(value: number | null): string {
  return value === null ? "" : formatNumber(value);
}

function faint(colour: string): string {
  return `color-mix(in srgb, ${colour} 55%, transparent)`;
}
