import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

/**
 * Hand the focus to `heir` when `element` goes while it, or something in it, has it.
 *
 * Else it falls to the page, where the next keys mean other things: in a notebook, "dd" deletes a cell.
 */
export function useFocusHeir(
  element: RefObject<HTMLElement | null>,
  heir: RefObject<HTMLElement | null>,
): void {
  useLayoutEffect(() => {
    const leaving = element.current;
    return () => {
      if (leaving?.matches(":focus, :has(:focus)")) heir.current?.focus();
    };
  }, [element, heir]);
}
