// biome-ignore-all lint/a11y/useSemanticElements: only a part of the rows is there, which <table> has no words for
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and names its active row
import { useSignal } from "@preact/signals";
import { followPointer } from "../../gfx/pointer-drag.ts";
import type { Column, Settings, Sort } from "../../state/settings.ts";
import type { ColumnLayout } from "./columns.ts";
import { isDescending, sortedBy } from "./sort-choice.ts";

const NARROWEST = 44;
const WIDEST = 800;

interface GridHeadProps {
  readonly settings: Settings;
  readonly goal: "minimize" | "maximize";
  readonly columns: readonly ColumnLayout[];
}

/** The titles: each sorts by its column, its edge resizes it. One tab stop, left and right move on. */
export function GridHead({ settings, goal, columns }: GridHeadProps) {
  const reached = useSignal(0);
  const sorts = settings.sort.value;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined || !(event.currentTarget instanceof HTMLElement)) return;
    event.preventDefault();
    const buttons = event.currentTarget.querySelectorAll("button");
    reached.value = Math.min(Math.max(reached.value + step, 0), columns.length - 1);
    buttons[reached.value]?.focus();
  };
  return (
    <div class="table-head" role="row" aria-rowindex={1} onKeyDown={onKeyDown}>
      <div class="table-cell table-first" role="columnheader" aria-label="Best run" />
      {columns.map(({ column, title, numeric, width }, index) => {
        const rank = sorts.findIndex((sort) => sort.column === column);
        const sort = sorts[rank];
        return (
          <div
            key={column}
            class={`table-cell table-title${numeric ? " is-numeric" : ""}`}
            role="columnheader"
            aria-sort={rank === 0 && sort ? ariaSort(sort, goal) : "none"}
          >
            <button
              type="button"
              tabIndex={index === reached.value ? 0 : -1}
              title={`${title}: sort by it (with Shift: after the others)`}
              onFocus={() => {
                reached.value = index;
              }}
              onClick={(event) => {
                settings.sort.value = sortedBy(sorts, column, event.shiftKey);
              }}
            >
              <span class="table-clip">{title}</span>
              {sort && <Arrow sort={sort} goal={goal} rank={sorts.length > 1 ? rank + 1 : null} />}
            </button>
            <Edge settings={settings} column={column} width={width} />
          </div>
        );
      })}
    </div>
  );
}

function ariaSort(sort: Sort, goal: "minimize" | "maximize"): "ascending" | "descending" {
  return isDescending(sort.order, goal) ? "descending" : "ascending";
}

interface ArrowProps {
  readonly sort: Sort;
  readonly goal: "minimize" | "maximize";
  /** The place among several sorts, from 1; null when there is only one. */
  readonly rank: number | null;
}

function Arrow({ sort, goal, rank }: ArrowProps) {
  return (
    <span class="table-arrow" aria-hidden="true">
      {isDescending(sort.order, goal) ? "▾" : "▴"}
      {rank}
    </span>
  );
}

interface EdgeProps {
  readonly settings: Settings;
  readonly column: Column;
  readonly width: number;
}

/** The right edge of a title: dragging it resizes the column, a double click gives its width back. */
function Edge({ settings, column, width }: EdgeProps) {
  const resize = (pixels: number | null) => {
    const widths = new Map(settings.widths.value);
    if (pixels === null) widths.delete(column);
    else widths.set(column, Math.min(Math.max(pixels, NARROWEST), WIDEST));
    settings.widths.value = widths;
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: for the pointer only
    <span
      class="table-edge"
      onPointerDown={(event) => {
        const before = settings.widths.value.get(column) ?? width;
        const from = event.clientX;
        followPointer(event, {
          move: ({ clientX }) => resize(Math.round(before + clientX - from)),
          cancel: () => resize(before),
        });
      }}
      onDblClick={() => resize(null)}
    />
  );
}
