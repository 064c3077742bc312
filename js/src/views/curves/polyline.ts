import { across, down, type Frame } from "./frame.ts";
import type { Line } from "./line.ts";

/** Points in pixels; a NaN lifts the pen. Made to be filled again and again. */
export class Polyline {
  x = new Float32Array(256);
  y = new Float32Array(256);
  length = 0;

  push(x: number, y: number): void {
    if (this.length === this.x.length) {
      this.x = doubled(this.x);
      this.y = doubled(this.y);
    }
    this.x[this.length] = x;
    this.y[this.length] = y;
    this.length += 1;
  }
}

/**
 * Draw lines into `polyline`, one at a time, so that no extreme is lost.
 *
 * Buckets that end in the same `cell` pixels are drawn as one. A bucket's line leads through its
 * lowest and its highest value, on its way to its last value at its end; where the value only rises
 * or only falls, it passes them anyway.
 */
export function tracer(frame: Frame, cell: number, polyline: Polyline): (line: Line) => void {
  const [toX, toY] = [across(frame), down(frame)];
  return ({ x, low, high, last, length, start }) => {
    polyline.length = 0;
    let from = toX(start);
    let before = Number.NaN;
    let [lowest, highest] = [Number.NaN, Number.NaN];
    let to = toX(x[0] ?? 0);
    for (let i = 0; i < length; i++) {
      lowest = least(lowest, low[i] ?? Number.NaN);
      highest = most(highest, high[i] ?? Number.NaN);
      const next = i + 1 < length ? toX(x[i + 1] ?? 0) : Number.NaN;
      if (Math.floor(next / cell) === Math.floor(to / cell)) {
        to = next;
        continue;
      }
      const end = last[i] ?? Number.NaN;
      if (lowest < highest) {
        let share = 1 / 3;
        const falling = Math.abs(highest - before) < Math.abs(before - lowest);
        for (const extreme of falling ? [highest, lowest] : [lowest, highest]) {
          const passed = extreme >= Math.min(before, end) && extreme <= Math.max(before, end);
          if (!passed) polyline.push(from + share * (to - from), toY(extreme));
          share += 1 / 3;
        }
      }
      polyline.push(to, toY(end));
      before = end;
      from = to;
      to = next;
      lowest = Number.NaN;
      highest = Number.NaN;
    }
  };
}

function least(a: number, b: number): number {
  return a <= b || Number.isNaN(b) ? a : b;
}

function most(a: number, b: number): number {
  return a >= b || Number.isNaN(b) ? a : b;
}

function doubled(values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const longer = new Float32Array(2 * values.length);
  longer.set(values);
  return longer;
}
