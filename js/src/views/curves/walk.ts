import type { Line } from "./line.ts";
import type { Scene } from "./scene.ts";

/** A value that a person looks at. */
export interface Point {
  readonly run: number;
  readonly bucket: number;
}

/** Return where an arrow key leads from a point: to the next step, or to the next curve above or below. */
export function step(scene: Scene, from: Point | null, key: string): Point | null {
  const arrow = ARROWS.get(key);
  if (arrow === undefined) return null;
  const run = from?.run ?? scene.best[0] ?? scene.shown[0]?.run;
  const line = scene.shown.find((each) => each.run === run);
  if (line === undefined) return null;
  if (from === null) return { run: line.run, bucket: nextBucket(line, line.length, -1) };
  if (scene.abscissa === "run") {
    const next = scene.shown[scene.shown.indexOf(line) + arrow.direction];
    return next ? { run: next.run, bucket: 0 } : from;
  }
  if (arrow.along) return { run: line.run, bucket: nextBucket(line, from.bucket, arrow.direction) };
  const x = line.x[from.bucket] ?? Number.NaN;
  const next = nextLine(scene.shown, line, x, arrow.direction);
  if (next === undefined) return from;
  const bucket = next.x.subarray(0, next.length).findIndex((end) => end >= x);
  return { run: next.run, bucket };
}

const ARROWS: ReadonlyMap<string, { readonly along: boolean; readonly direction: -1 | 1 }> =
  new Map([
    ["ArrowLeft", { along: true, direction: -1 }],
    ["ArrowRight", { along: true, direction: 1 }],
    ["ArrowDown", { along: false, direction: -1 }],
    ["ArrowUp", { along: false, direction: 1 }],
  ]);

/** Return the next bucket with a value, before (-1) or after (+1) `bucket`; the same one at the end. */
function nextBucket(line: Line, bucket: number, direction: -1 | 1): number {
  let next = bucket + direction;
  while (next >= 0 && next < line.length && Number.isNaN(line.last[next])) next += direction;
  return next >= 0 && next < line.length ? next : bucket;
}

/** Return the line whose value at `x` is the next one above (+1) or below (-1) that of `line`. */
function nextLine(
  lines: readonly Line[],
  line: Line,
  x: number,
  direction: -1 | 1,
): Line | undefined {
  // Equal values are taken in the order of the runs, so that none is left out or met twice.
  const value = valueAt(line, x);
  const further = (other: Line) => {
    const gap = direction * (valueAt(other, x) - value);
    return gap > 0 || (gap === 0 && direction * (other.run - line.run) > 0) ? gap : Number.NaN;
  };
  let next: Line | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const other of lines) {
    const gap = further(other);
    const closer = gap === least && next && direction * (other.run - next.run) < 0;
    if (!(gap < least || closer)) continue;
    next = other;
    least = gap;
  }
  return next;
}

/** The value of the bucket that holds `x`; NaN where the line has none. */
function valueAt({ x, last, length, start }: Line, at: number): number {
  if (at < start) return Number.NaN;
  for (let i = 0; i < length; i++) if ((x[i] ?? Number.NaN) >= at) return last[i] ?? Number.NaN;
  return Number.NaN;
}
