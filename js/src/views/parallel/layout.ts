/**
 * Where the axes are. "Along" is the way that values go on an axis, "across" the way from axis to
 * axis: up and to the right as a rule; to the right and down in a narrow place, where it is turned.
 */
export interface Layout {
  readonly turned: boolean;
  /** The size of the drawing, which may be more than the size of its place: then that scrolls. */
  readonly width: number;
  readonly height: number;
  /** Along: where axes start and end, and where the runs pass that have no value. */
  readonly start: number;
  readonly end: number;
  readonly none: number;
  /** Across: where the first axis is, and how far it is to the next. */
  readonly first: number;
  readonly gap: number;
}

export interface Point {
  readonly across: number;
  readonly along: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The widget's padding taken off the 600 px below which it is narrow. */
const TURNED_BELOW = 560;
/** From axis to axis at least, in pixels: upright and turned. */
const UPRIGHT_GAP = 90;
const TURNED_GAP = 58;
/** Room above (for names) and below (for runs without a value), right (for the colour bar). */
const UPRIGHT = { top: 30, bottom: 30, none: 17, right: 68, left: { least: 60, most: 110 } };
/** Room left (for runs without a value) and right, above the first axis and below the last. */
const TURNED = { left: 54, none: 36, right: 24, top: 32, bottom: 36 };

export function isTurned({ width }: Size): boolean {
  return width < TURNED_BELOW;
}

/** How long the axes are in a place of this size. */
export function axisLength(place: Size): number {
  const length = isTurned(place)
    ? place.width - TURNED.left - TURNED.right
    : place.height - UPRIGHT.top - UPRIGHT.bottom;
  return Math.max(length, 1);
}

/**
 * Lay out so many axes.
 *
 * @param labels the width of the widest label that stands left of an upright axis.
 */
export function layOut(place: Size, axes: number, labels: number): Layout {
  const gaps = Math.max(axes - 1, 1);
  const length = axisLength(place);
  if (isTurned(place)) {
    const { left, none, top, bottom } = TURNED;
    const gap = Math.max((place.height - top - bottom) / gaps, TURNED_GAP);
    const height = Math.max(place.height, top + bottom + gap * (axes - 1));
    const ends = { start: left, end: left + length, none: left - none };
    return { turned: true, width: place.width, height, ...ends, first: top, gap };
  }
  const { top, none, right } = UPRIGHT;
  const left = Math.min(Math.max(labels + 14, UPRIGHT.left.least), UPRIGHT.left.most);
  const gap = Math.max((place.width - left - right) / gaps, UPRIGHT_GAP);
  const width = Math.max(place.width, left + right + gap * (axes - 1));
  const ends = { start: top + length, end: top, none: top + length + none };
  return { turned: false, width, height: place.height, ...ends, first: left, gap };
}

/** Where a part of an axis' length is along it. */
export function alongAt({ start, end }: Layout, fraction: number): number {
  return start + fraction * (end - start);
}

/** The part of an axis' length at a point along it, within the axis. */
export function fractionAt({ start, end }: Layout, along: number): number {
  return Math.min(Math.max((along - start) / (end - start), 0), 1);
}

export function acrossAt({ first, gap }: Layout, place: number): number {
  return first + place * gap;
}

/** The place among so many axes that is nearest to a point across. */
export function placeAt({ first, gap }: Layout, across: number, axes: number): number {
  return Math.min(Math.max(Math.round((across - first) / gap), 0), axes - 1);
}

export function toPoint({ turned }: Layout, x: number, y: number): Point {
  return turned ? { across: y, along: x } : { across: x, along: y };
}

export function toXY({ turned }: Layout, { across, along }: Point): readonly [number, number] {
  return turned ? [along, across] : [across, along];
}
