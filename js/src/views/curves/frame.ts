/** A range of values, `low < high`. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** A rectangle of pixels and the values that it shows. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly x: Range;
  readonly y: Range;
  /** Whether y is logarithmic; then its range is positive. */
  readonly log: boolean;
}

/** Canvases draw what lies far outside in single precision: beyond this the lines would break. */
const FAR = 1e5;

/** Return the pixel of an x. */
export function across(frame: Frame): (x: number) => number {
  const scale = frame.width / (frame.x.high - frame.x.low);
  const origin = frame.left - frame.x.low * scale;
  return (x) => bounded(x * scale + origin);
}

/** Return the pixel of a value; NaN for NaN. */
export function down(frame: Frame): (value: number) => number {
  const place = frame.log ? Math.log10 : (value: number) => value;
  const [low, high] = [place(frame.y.low), place(frame.y.high)];
  const scale = -frame.height / (high - low);
  const origin = frame.top + frame.height - low * scale;
  return (value) => bounded(place(value) * scale + origin);
}

function bounded(pixel: number): number {
  return pixel < -FAR ? -FAR : pixel > FAR ? FAR : pixel;
}
