// biome-ignore-all lint/a11y/useSemanticElements: only a part of the rows is there, which <table> has no words for
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and names its active row
import type { ReadonlySignal, Signal } from "@preact/signals";
import type { ComponentChild } from "preact";
import { useMemo } from "preact/hooks";
import type { Data } from "../../state/run-store.ts";
import type { Session } from "../../state/session.ts";
import { standingOf } from "../../state/standing.ts";
import { LogsButton } from "../logs/logs-button.tsx";
import type { Arrangement } from "./arrangement.ts";
import { durationCell, Standing, Star } from "./cells.tsx";
import { type ColumnLayout, cellText, columnsOf, fits, fullText } from "./columns.ts";
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
  const chosen = session.settings.widths.value;
  const laidOut = useMemo(
    () => columns.map((each) => ({ ...each, width: chosen.get(each.column) ?? each.width })),
    [columns, chosen],
  );
  const widths = laidOut.map(({ width }) => width);
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
          data={arrangement.data}
          version={arrangement.version}
          best={run === arrangement.best}
          active={active}
          columns={laidOut}
          run={run}
          index={index}
        />
      )}
    />
  );
}

interface GridRowProps {
  readonly session: Session;
  readonly data: Data;
  readonly version: number;
  readonly best: boolean;
  readonly active: Signal<number | null>;
  readonly columns: readonly ColumnLayout[];
  readonly run: number;
  readonly index: number;
}

/**
 * The row of a run. A component is drawn anew only when its props change, and the data change in place:
 * hence their version.
 */
function GridRow({ session, data, version, best, active, columns, run, index }: GridRowProps) {
  const { now } = session.store;
  const marks = useRowMarks(session.linked, active, run, "table-row");
  const cells = useMemo(
    () =>
      columns.map((layout) => {
        const logs = layout.column === "run" && (
          <LogsButton session={session} run={run} active={active} />
        );
        return cell(data, layout, run, now, logs);
      }),
    [session, data, version, active, columns, run, now],
  );
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
        {best && <Star />}
      </div>
      {cells}
    </div>
  );
}

function cell(
  data: Data,
  layout: ColumnLayout,
  run: number,
  now: ReadonlySignal<number>,
  before: ComponentChild,
) {
  const { column, numeric } = layout;
  const text = cellText(data, column, run, now.peek());
  const marks = ["table-cell"];
  if (numeric) marks.push("is-numeric");
  // Not of every cell: what is cut is a layer of its own to browsers, and hundreds are slow.
  if (!fits(text, layout)) marks.push("table-clip");
  return (
    <div
      key={column}
      class={marks.join(" ")}
      role={column === "run" ? "rowheader" : "gridcell"}
      title={fullText(data, column, run, now.peek()) || undefined}
      {...(before && { "aria-label": text })}
    >
      {before}
      {column === "standing" ? (
        <Standing standing={standingOf(data, run)} />
      ) : column === "duration" ? (
        durationCell(data, run, now)
      ) : (
        text
      )}
    </div>
  );
}
