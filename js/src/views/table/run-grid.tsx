// biome-ignore-all lint/a11y/useSemanticElements: only a part of the rows is there, which <table> has no words for
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and names its active row
import type { ReadonlySignal, Signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Data } from "../../state/run-store.ts";
import type { Session } from "../../state/session.ts";
import type { Column } from "../../state/settings.ts";
import { standingOf } from "../../state/standing.ts";
import type { Arrangement } from "./arrangement.ts";
import { durationCell, Standing, Star } from "./cells.tsx";
import { type ColumnLayout, cellText, columnsOf, fullText } from "./columns.ts";
import { GridHead } from "./grid-head.tsx";
import { useRowMarks } from "./row-marks.ts";
import { RunScroller, rowId } from "./run-scroller.tsx";

const ROW_HEIGHT = 26;
const HEAD_HEIGHT = 28;
const STAR_WIDTH = 28;

export interface RunsProps {
  readonly session: Session;
  readonly arrangement: Arrangement;
  readonly active: Signal<number | null>;
}

/** The runs as a table: a row each, a column for each thing known of them. */
export function RunGrid({ session, arrangement, active }: RunsProps) {
  const { study } = arrangement.data;
  const columns = useMemo(() => columnsOf(study), [study]);
  const widths = columns.map(
    ({ column, width }) => session.settings.widths.value.get(column) ?? width,
  );
  const total = widths.reduce((sum, width) => sum + width, STAR_WIDTH);
  // The last column takes what the others leave.
  const tracks = widths.map((width, index) =>
    index < widths.length - 1 ? `${width}px` : `minmax(${width}px, 1fr)`,
  );
  return (
    <RunScroller
      session={session}
      arrangement={arrangement}
      active={active}
      class="table-grid"
      style={{
        "--tracks": [`${STAR_WIDTH}px`, ...tracks].join(" "),
        "--width": `${total}px`,
        "--frozen": `${STAR_WIDTH + (widths[0] ?? 0)}px`,
      }}
      role="grid"
      label="Runs"
      rowHeight={ROW_HEIGHT}
      headHeight={HEAD_HEIGHT}
      head={<GridHead settings={session.settings} goal={study.goal} columns={columns} />}
      columns={columns.length + 1}
      row={(run, index) => (
        <GridRow
          key={run}
          session={session}
          arrangement={arrangement}
          active={active}
          columns={columns}
          run={run}
          index={index}
        />
      )}
    />
  );
}

interface GridRowProps extends RunsProps {
  readonly columns: readonly ColumnLayout[];
  readonly run: number;
  readonly index: number;
}

/**
 * The row of a run. A component is drawn anew only when its props change, and columns change in place:
 * hence the arrangement, which is another one after each change.
 */
function GridRow({ session, arrangement, active, columns, run, index }: GridRowProps) {
  const { data, best } = arrangement;
  const { now } = session.store;
  const marks = useRowMarks(session.linked, active, run, "table-row");
  return (
    <div
      id={rowId(run)}
      data-run={run}
      class={marks.class}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={marks.selected}
    >
      <div class="table-cell table-first" role="gridcell">
        {run === best && <Star />}
      </div>
      {columns.map(({ column, numeric }) => (
        <div
          key={column}
          class={numeric ? "table-cell is-numeric" : "table-cell"}
          role={column === "run" ? "rowheader" : "gridcell"}
          title={fullText(data, column, run, now.peek()) || undefined}
        >
          {content(data, column, run, now)}
        </div>
      ))}
    </div>
  );
}

function content(data: Data, column: Column, run: number, now: ReadonlySignal<number>) {
  if (column === "standing") return <Standing standing={standingOf(data, run)} />;
  if (column === "duration") return durationCell(data, run, now);
  return cellText(data, column, run, now.peek());
}
