import { evenTicks, logTicks } from "../../gfx/ticks.ts";
import { formatNumber } from "../format.ts";
import type { AxisScale } from "./axis-scale.ts";

/** A mark on an axis. */
export interface Tick {
  readonly value: number;
  /** Where it is along the axis, from 0 to 1. */
  readonly fraction: number;
  /** What it says; empty for a mark between labelled ones. */
  readonly text: string;
}

/** Bounds are often given by their logarithms, and miss a round number by a rounding. */
const ROUNDING = 1e-9;

/** The marks of an axis on which `room` labels fit, at least one of them. */
export function axisTicks(scale: AxisScale, room: number): Tick[] {
  if (scale.empty) return [];
  const labels = Math.max(1, Math.floor(room));
  if (scale.kind === "choice") {
    const step = Math.ceil(scale.options.length / labels);
    return scale.options.flatMap((text, value) =>
      value % step === 0 ? [{ value, fraction: scale.fraction(value), text }] : [],
    );
  }
  if (scale.kind === "log") return decadeTicks(scale, labels) ?? linearTicks(scale, labels);
  return linearTicks(scale, labels);
}

function linearTicks(scale: AxisScale, room: number): Tick[] {
  const values = evenTicks(scale.low, scale.high, room).filter(
    (value) => !scale.integer || Number.isInteger(value),
  );
  const texts = alike(values);
  return values.map((value, index) => mark(scale, value, texts[index] ?? ""));
}

/** Powers of ten with marks between them; null where there are too few to tell the scale by. */
function decadeTicks(scale: AxisScale, room: number): Tick[] | null {
  const multiples = logTicks(scale.low * (1 - ROUNDING), scale.high * (1 + ROUNDING));
  const powers = multiples.filter((value) => /^1e/.test(value.toExponential()));
  if (powers.length >= 2) {
    const step = Math.ceil(powers.length / room);
    const labelled = new Set(powers.filter((_, index) => index % step === 0));
    const marks = step === 1 ? multiples : powers;
    return marks.map((value) => mark(scale, value, labelled.has(value) ? formatNumber(value) : ""));
  }
  const labelled = multiples.filter((value) => /^[125]e/.test(value.toExponential()));
  if (labelled.length < 2 || labelled.length > room) return null;
  return labelled.map((value) => mark(scale, value, formatNumber(value)));
}

function mark(scale: AxisScale, value: number, text: string): Tick {
  return { value, fraction: scale.fraction(value), text };
}

/** Write numbers with as many decimals as each other: 0.50 beside 0.75. */
function alike(values: readonly number[]): string[] {
  const texts = values.map(formatNumber);
  if (texts.some((text) => text.includes("e"))) return texts;
  const decimals = Math.max(0, ...texts.map((text) => text.split(".")[1]?.length ?? 0));
  return values.map((value) => value.toFixed(decimals));
}
