import { standingOf } from "../../state/standing.ts";
import { LogsButton } from "../logs/logs-button.tsx";
import { Standing, Star } from "./cells.tsx";
import { cellText, fullText } from "./columns.ts";
import { useRowMarks } from "./row-marks.ts";
import type { RunsProps } from "./run-grid.tsx";
import { RunScroller, rowId } from "./run-scroller.tsx";

const CARD_HEIGHT = 52;

/** The runs as cards, where a table would be too wide. */
export function RunCards({ session, arrangement, active }: RunsProps) {
  return (
    <RunScroller
      session={session}
      arrangement={arrangement}
      active={active}
      class="table-cards"
      role="listbox"
      label="Runs"
      rowHeight={CARD_HEIGHT}
      row={(run, index) => (
        <Card
          key={run}
          session={session}
          arrangement={arrangement}
          active={active}
          run={run}
          index={index}
        />
      )}
    />
  );
}

interface CardProps extends RunsProps {
  readonly run: number;
  readonly index: number;
}

function Card({ session, arrangement, active, run, index }: CardProps) {
  const { data, best, order } = arrangement;
  const marks = useRowMarks(session.linked, active, run, "table-card");
  const now = session.store.now.peek();
  const { metric, dimensions } = data.study;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list box has the focus, and names this one
    <div
      id={rowId(run)}
      data-run={run}
      class={marks.class}
      role="option"
      aria-posinset={index + 1}
      aria-setsize={order.length}
      aria-selected={marks.selected}
    >
      <div class="table-card-top">
        <b>Run {run}</b>
        {run === best && <Star />}
        <Standing standing={standingOf(data, run)} />
        <LogsButton session={session} run={run} active={active} />
        <span
          class="table-card-best"
          title={`Best ${metric}: ${fullText(data, "best", run, now) || "none"}`}
        >
          {cellText(data, "best", run, now)}
        </span>
      </div>
      <div class="table-card-parameters table-clip">
        {dimensions.map(({ name }, index) => (
          <span key={name} title={`${name}: ${fullText(data, index, run, now)}`}>
            {name} <b>{cellText(data, index, run, now)}</b>
          </span>
        ))}
      </div>
    </div>
  );
}
