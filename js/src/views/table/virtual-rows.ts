import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useState } from "preact/hooks";

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
  const [, redraw] = useReducer<number, void>((drawn) => drawn + 1, 0);
  const options = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    paddingStart: headHeight,
    scrollPaddingStart: headHeight,
    overscan: OVERSCAN,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => redraw(),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());

  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  return {
    first,
    end: first + items.length,
    offset: first * rowHeight,
    height: count * rowHeight,
    top: Math.ceil((virtualizer.scrollOffset ?? 0) / rowHeight),
    page: Math.max(Math.floor(((virtualizer.scrollRect?.height ?? 0) - headHeight) / rowHeight), 1),
    reveal: (index) => virtualizer.scrollToIndex(index, { align: "auto" }),
  };
}
