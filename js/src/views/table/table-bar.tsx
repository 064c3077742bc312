import type { Session } from "../../state/session.ts";
import type { Column } from "../../state/settings.ts";
import type { Study } from "../../state/study.ts";
import { VariantButton } from "../variant/variant-button.tsx";
import { columnsOf } from "./columns.ts";
import { isDescending, sortedBy, turned } from "./sort-choice.ts";

interface TableBarProps {
  readonly session: Session;
  readonly study: Study;
  /** Whether there are no titles to sort by. */
  readonly sorts: boolean;
  /** The best run; null while there is none. */
  readonly best: number | null;
}

/** What is above the runs: the filter by text, how they are sorted, and another one to try. */
export function TableBar({ session, study, sorts, best }: TableBarProps) {
  const { text, selection } = session.linked;
  const chosen = () => {
    const [only, ...more] = selection.peek();
    return only === undefined || more.length > 0 ? best : only;
  };
  return (
    <div class="table-bar">
      <label class="table-filter">
        <span>Filter</span>
        <input
          type="search"
          placeholder="number, status, option, reason"
          spellcheck={false}
          autocomplete="off"
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
      </label>
      {sorts && <SortChoice session={session} study={study} />}
      <VariantButton session={session} run={chosen} />
    </div>
  );
}

function SortChoice({ session, study }: Pick<TableBarProps, "session" | "study">) {
  const { sort } = session.settings;
  const first = sort.value[0];
  const columns = columnsOf(study);
  if (first === undefined) return null;
  const descending = isDescending(first.order, study.goal);
  return (
    <div class="table-sort">
      <label>
        <span>Sort</span>
        <select
          value={columns.findIndex(({ column }) => column === first.column)}
          onChange={(event) => {
            const chosen: Column | undefined = columns[Number(event.currentTarget.value)]?.column;
            if (chosen !== undefined) sort.value = sortedBy([], chosen, false);
          }}
        >
          {columns.map(({ column, title }, index) => (
            <option key={column} value={index}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        aria-label={`${descending ? "Descending" : "Ascending"}: turn the order round`}
        title="Turn the order round"
        onClick={() => {
          sort.value = [turned(first)];
        }}
      >
        {descending ? "▾" : "▴"}
      </button>
    </div>
  );
}
