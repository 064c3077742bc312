import type { ReadonlySignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Linked } from "../../state/linked.ts";
import type { Session } from "../../state/session.ts";
import { formatStatus } from "../format.ts";
import { occurring, StatusIcon, statusStyle } from "../status.tsx";
import type { Tally } from "../tally.ts";
import type { HeaderProps } from "./header-view.tsx";

/** The counts by standing: as a picture, and as buttons that filter by them. */
export function StatusBar({ session, tally }: HeaderProps) {
  const filters = useRef<HTMLFieldSetElement>(null);
  /** A button that goes when it is pressed must leave the focus somewhere. */
  const stay = () => filters.current?.focus();
  return (
    <div class="statusbar">
      <Bar session={session} tally={tally} />
      <fieldset
        class="statusbar-filters"
        aria-label="Show runs by status"
        ref={filters}
        tabIndex={-1}
      >
        <Filters linked={session.linked} tally={tally} onVanish={stay} />
        <Chip linked={session.linked} onVanish={stay} />
      </fieldset>
    </div>
  );
}

/** What has ended, what is under way, and what has not begun. */
function Bar({ session, tally }: { session: Session; tally: ReadonlySignal<Tally> }) {
  const { counts, runs, done } = tally.value;
  const head = session.store.head.value;
  const total = (head?.total ?? 0) + (head?.repeated ?? 0);
  const whole = Math.max(total, runs, 1);
  return (
    <div
      class="statusbar-bar"
      role="progressbar"
      aria-label="Runs done"
      aria-valuemin={0}
      aria-valuemax={whole}
      aria-valuenow={done}
    >
      {occurring(counts).map(([standing, count]) => (
        <i
          key={standing}
          class={`tone-${statusStyle(standing).tone}`}
          style={{ width: `${(100 * count) / whole}%` }}
        />
      ))}
    </div>
  );
}

interface FiltersProps {
  readonly linked: Linked;
  readonly tally: ReadonlySignal<Tally>;
  readonly onVanish: () => void;
}

function Filters({ linked, tally, onVanish }: FiltersProps) {
  const { counts } = tally.value;
  const pressed = linked.standings.value;
  // One that is pressed stays, so that it can be let go when its last run has moved on.
  const gone = [...pressed].filter((standing) => !(standing in counts));
  const shown = [...occurring(counts), ...gone.map((standing) => [standing, 0] as const)];
  return (
    <>
      {shown.map(([standing, count]) => (
        <button
          key={standing}
          type="button"
          class="statusbar-filter"
          aria-pressed={pressed.has(standing)}
          onClick={() => {
            linked.toggleStanding(standing);
            if (count === 0) onVanish();
          }}
        >
          <StatusIcon status={standing} />
          <b>{count}</b>
          {formatStatus(standing)}
        </button>
      ))}
    </>
  );
}

/** Says how much the filter lets through, whatever it consists of, and clears it. */
function Chip({ linked, onVanish }: { linked: Linked; onVanish: () => void }) {
  if (!linked.filtered.value) return null;
  const { count, total } = linked.shown.value;
  const text = `${count} of ${total} shown`;
  return (
    <button
      type="button"
      class="statusbar-chip"
      aria-label={`${text}: clear the filter`}
      title="Clear the filter"
      onClick={() => {
        linked.clearFilter();
        onVanish();
      }}
    >
      {text}
      <span aria-hidden="true">✕</span>
    </button>
  );
}
