import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

export interface VirtualRows {
  /** Rows to draw: from `first`, and before `end`. */
  readonly first: number;
  readonly end: number;
  /** Pixels from the top of the first row of all to that of `first`, and the height of all. */
  readonly offset: number;
  readonly height: number;
  /** The first row that is wholly in sight, and how many there are. */
  readonly top: number;
  readonly page: number;
  /** Scroll as little as brings a row into sight. */
  reveal(index: number): void;
}

/** Which part of the rows is in sight, in rows: it is another one only where another row is. */
interface Sight {
  readonly from: number;
  readonly to: number;
  readonly top: number;
  readonly page: number;
}

const NOTHING: Sight = { from: 0, to: 0, top: 0, page: 1 };

/** Rows beyond those in sight, so that scrolling does not outrun drawing. */
const OVERSCAN = 8;

/**
 * Follow which of `count` rows are in sight of a scrolled element.
 *
 * @param rowHeight and `headHeight`, of what sticks to the top, in pixels.
 */
export function useVirtualRows(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
  headHeight: number,
): VirtualRows {
  const [sight, setSight] = useState(NOTHING);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const look = () => {
      const next = sightOf(element.scrollTop, element.clientHeight, rowHeight, headHeight);
      setSight((before) => (isEqual(before, next) ? before : next));
    };
    look();
    const ending = new AbortController();
    element.addEventListener("scroll", look, { passive: true, signal: ending.signal });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      ending.abort();
      observer.disconnect();
    };
  }, [scroller, rowHeight, headHeight]);

  const { from, to, top, page } = sight;
  // Where rows have gone, the element is still to be scrolled back.
  const begin = Math.max(Math.min(from, count - (to - from)), 0);
  const first = Math.max(begin - OVERSCAN, 0);
  return {
    first,
    end: to === 0 ? 0 : Math.min(begin + to - from + OVERSCAN, count),
    offset: first * rowHeight,
    height: count * rowHeight,
    top,
    page,
    reveal: (index) => {
      const element = scroller.current;
      if (element === null) return;
      const highest = index * rowHeight;
      const lowest = headHeight + highest + rowHeight - element.clientHeight;
      element.scrollTop = Math.min(Math.max(element.scrollTop, lowest), highest);
    },
  };
}

/** Return what is in sight of an element of this height that is scrolled so far, in pixels. */
export function sightOf(
  scrolled: number,
  height: number,
  rowHeight: number,
  headHeight: number,
): Sight {
  if (height === 0) return NOTHING; // out of the page for a while
  return {
    from: Math.max(Math.floor((scrolled - headHeight) / rowHeight), 0),
    to: Math.max(Math.ceil((scrolled + height - headHeight) / rowHeight), 1),
    top: Math.ceil(scrolled / rowHeight),
    page: Math.max(Math.floor((height - headHeight) / rowHeight), 1),
  };
}

function isEqual(a: Sight, b: Sight): boolean {
  return a.from === b.from && a.to === b.to && a.top === b.top && a.page === b.page;
}
