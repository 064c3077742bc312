import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Linked } from "../../state/linked.ts";
import type { Session } from "../../state/session.ts";
import type { Tally } from "../tally.ts";
import { useArrangement } from "./arrangement.ts";
import { RunCards } from "./run-cards.tsx";
import { RunGrid } from "./run-grid.tsx";
import { TableBar } from "./table-bar.tsx";

interface RunTableProps {
  readonly session: Session;
  readonly tally: ReadonlySignal<Tally>;
}

/** The runs that the filter lets through, sorted: a table, or cards in a narrow widget. */
export function RunTable({ session, tally }: RunTableProps) {
  const root = useRef<HTMLDivElement>(null);
  const narrow = useNarrow(root);
  const active = useSignal<number | null>(null);
  const arrangement = useArrangement(session, tally);
  const Runs = narrow ? RunCards : RunGrid;
  return (
    <div class="table" ref={root} tabIndex={-1}>
      {arrangement !== null && (
        <>
          <TableBar
            session={session}
            study={arrangement.data.study}
            sorts={narrow}
            best={arrangement.best}
          />
          <Runs session={session} arrangement={arrangement} active={active} />
          {arrangement.order.length === 0 && (
            <NoMatch linked={session.linked} onClear={() => root.current?.focus()} />
          )}
        </>
      )}
    </div>
  );
}

/** Offers to clear the filter; the button goes with it, and must leave the focus somewhere. */
function NoMatch({ linked, onClear }: { linked: Linked; onClear: () => void }) {
  if (!linked.filtered.value) return null;
  return (
    <div class="table-none" role="status">
      No run matches the filter.
      <button
        type="button"
        class="table-clear"
        onClick={() => {
          linked.clearFilter();
          onClear();
        }}
      >
        Clear the filter
      </button>
    </div>
  );
}

/** Whether the widget is so narrow that the container query in table.css asks for cards. */
function useNarrow(root: RefObject<HTMLElement | null>): boolean {
  const [narrow, setNarrow] = useState(false);
  useLayoutEffect(() => {
    const element = root.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      setNarrow(getComputedStyle(element).getPropertyValue("--cards").trim() === "1");
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [root]);
  return narrow;
}
