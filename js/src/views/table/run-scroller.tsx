import { type Signal, useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { adds } from "../../state/linked.ts";
import type { Session } from "../../state/session.ts";
import type { Arrangement } from "./arrangement.ts";
import { movedRow } from "./keyboard.ts";
import { useVirtualRows } from "./virtual-rows.ts";

export interface RunScrollerProps {
  readonly session: Session;
  readonly arrangement: Arrangement;
  /** The run that the keys act on, which stays the same when its row moves. */
  readonly active: Signal<number | null>;
  readonly class: string;
  readonly style?: Readonly<Record<`--${string}`, string>>;
  /** The roles for assistive technology: of it all and of what is around the rows. */
  readonly role: "grid" | "listbox";
  readonly label: string;
  readonly rowHeight: number;
  /** What sticks to the top, with its height in pixels. */
  readonly head?: ComponentChildren;
  readonly headHeight?: number;
  readonly columns?: number;
  /** Return the row of a run: an element with `rowId(run)` as its id and `data-run`. */
  readonly row: (run: number, index: number) => ComponentChildren;
}

/** The id of a run's row; each widget has a shadow root of its own, so that it is unique. */
export function rowId(run: number): string {
  return `table-run-${run}`;
}

/** Scrolls through runs, of which only the rows in sight are there: the pointer, keys and focus. */
export function RunScroller(props: RunScrollerProps) {
  const { session, active, arrangement, head, headHeight = 0 } = props;
  const { files, linked } = session;
  const { order } = arrangement;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualRows(scroller, order.length, props.rowHeight, headHeight);
  const activeId = useComputed(() => (active.value === null ? undefined : rowId(active.value)));

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const run = active.value;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (run !== null) linked.select(run, adds(event) || event.key === " ");
      return;
    }
    const at = run === null ? -1 : order.indexOf(run);
    if (event.key.toLowerCase() === "l" && run !== null && !event.ctrlKey && !event.metaKey)
      files.open(run);
    const to = movedRow(event.key, at, order.length, rows.page);
    if (to === null) return;
    event.preventDefault();
    active.value = order[to] ?? null;
    rows.reveal(to);
  };
  const onFocus = () => {
    if (active.value !== null && order.includes(active.value)) return;
    active.value = order[Math.min(rows.top, order.length - 1)] ?? null;
  };
  const onMouseDown = (event: MouseEvent) => {
    // Shift would mark the text in between.
    if (!event.shiftKey || runAt(event) === null) return;
    event.preventDefault();
    scroller.current?.focus();
  };
  const onClick = (event: MouseEvent) => {
    const run = runAt(event);
    if (run === null) return;
    active.value = run;
    linked.select(run, adds(event));
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it has a role, one of two
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles have them
    <div
      ref={scroller}
      class={`table-scroll ${props.class}`}
      {...(props.style && { style: props.style })}
      role={props.role}
      tabIndex={0}
      aria-label={props.label}
      aria-multiselectable={true}
      aria-activedescendant={activeId}
      {...(props.role === "grid" && {
        "aria-rowcount": order.length + 1,
        "aria-colcount": props.columns,
      })}
      onScroll={({ currentTarget }) => {
        currentTarget.toggleAttribute("data-shifted", currentTarget.scrollLeft !== 0);
      }}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
      onMouseDown={onMouseDown}
      onClick={onClick}
      onPointerOver={(event) => {
        linked.hover.value = runAt(event);
      }}
      onPointerLeave={() => {
        linked.hover.value = null;
      }}
    >
      {head}
      <div class="table-extent" role="presentation" style={{ height: `${rows.height}px` }}>
        <div
          class="table-rows"
          role={props.role === "grid" ? "rowgroup" : "presentation"}
          style={{ transform: `translateY(${rows.offset}px)` }}
        >
          {Array.from(order.subarray(rows.first, rows.end), (run, index) =>
            props.row(run, rows.first + index),
          )}
        </div>
      </div>
    </div>
  );
}

/** The run whose row an event happened in; null for none. */
function runAt(event: Event): number | null {
  const row = event.target instanceof Element ? event.target.closest("[data-run]") : null;
  const run = row?.getAttribute("data-run");
  return run === null || run === undefined ? null : Number(run);
}
