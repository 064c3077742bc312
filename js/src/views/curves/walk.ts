import type { Range } from "./frame.ts";
import type { Line } from "./line.ts";
import type { Scene } from "./scene.ts";

/** A value that a person looks at. */
export interface Point {
  readonly run: number;
  readonly bucket: number;
}

/** Whether a point is in the picture: its run is shown and has a value there, within the part of x that is. */
export function isInScene(scene: Scene, { run, bucket }: Point): boolean {
  const line = scene.shown.find((each) => each.run === run);
  return line !== undefined && hasValue(line, bucket, scene.x);
}

/**
 * Return where an arrow key leads from a point: to the next step, or to the next curve above or below;
 * from none, to the end of the best curve. Null where there is nothing to go to.
 */
export function step(scene: Scene, from: Point | null, key: string): Point | null {
  const arrow = ARROWS.get(key);
  if (arrow === undefined) return null;
  const line = scene.shown.find((each) => each.run === from?.run);
  // The filter, the metric or the zoom may have changed since.
  if (from === null || line === undefined || !isInScene(scene, from)) return beginning(scene);
  if (scene.abscissa === "run") {
    const runs = arrow.direction > 0 ? scene.shown : [...scene.shown].reverse();
    const next = runs.slice(runs.indexOf(line) + 1).find((each) => hasValue(each, 0, scene.x));
    return next ? { run: next.run, bucket: 0 } : from;
  }
  if (arrow.along) {
    const bucket = nextBucket(line, from.bucket, arrow.direction, scene.x);
    return bucket === null ? from : { run: line.run, bucket };
  }
  const x = line.x[from.bucket] ?? Number.NaN;
  const next = nextLine(scene, line, x, arrow.direction);
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

/** The last point of the best curve, or of another one where that has none. */
function beginning({ best, shown, x }: Scene): Point | null {
  const first = shown.find(({ run }) => run === best[0]);
  for (const line of first ? [first, ...shown] : shown) {
    const bucket = nextBucket(line, line.length, -1, x);
    if (bucket !== null) return { run: line.run, bucket };
  }
  return null;
}

/** Return the next bucket with a value within `window`, before (-1) or after (+1) `bucket`; null without one. */
function nextBucket(line: Line, bucket: number, direction: -1 | 1, window: Range): number | null {
  for (let next = bucket + direction; next >= 0 && next < line.length; next += direction) {
    if (hasValue(line, next, window)) return next;
  }
  return null;
}

function hasValue({ x, last, length }: Line, bucket: number, { low, high }: Range): boolean {
  const [at, value] = [x[bucket] ?? Number.NaN, last[bucket] ?? Number.NaN];
  return bucket < length && at >= low && at <= high && !Number.isNaN(value);
}

/** Return the line whose value at `x` is the next one above (+1) or below (-1) that of `line`. */
function nextLine(
  { shown, x: window }: Scene,
  line: Line,
  x: number,
  direction: -1 | 1,
): Line | undefined {
  // Equal values are taken in the order of the runs, so that none is left out or met twice.
  const value = valueAt(line, x, window);
  const further = (other: Line) => {
    const gap = direction * (valueAt(other, x, window) - value);
    return gap > 0 || (gap === 0 && direction * (other.run - line.run) > 0) ? gap : Number.NaN;
  };
  let next: Line | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const other of shown) {
    const gap = further(other);
    const closer = gap === least && next && direction * (other.run - next.run) < 0;
    if (!(gap < least || closer)) continue;
    next = other;
    least = gap;
  }
  return next;
}

/** The value of the bucket that holds `at`; NaN where the line has none, or the bucket ends outside `window`. */
function valueAt(line: Line, at: number, window: Range): number {
  const { x, last, length, start } = line;
  if (at < start) return Number.NaN;
  const bucket = x.subarray(0, length).findIndex((end) => end >= at);
  return hasValue(line, bucket, window) ? (last[bucket] ?? Number.NaN) : Number.NaN;
}
