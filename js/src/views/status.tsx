/** How a status looks: never by its colour alone. */
export interface StatusStyle {
  /** The name of a colour in theme.css. */
  readonly tone: "queued" | "running" | "completed" | "failed" | "canceled" | "stopped";
  /** An SVG path in a 16 x 16 box, cut out of a filled disc. */
  readonly mark: string;
}

const QUEUED: StatusStyle = { tone: "queued", mark: "M8 4.5V8l2.4 1.6" };
const RUNNING: StatusStyle = { tone: "running", mark: "M6.9 6 10 8 6.9 10Z" };
const CANCELED: StatusStyle = { tone: "canceled", mark: "M4.9 8h6.2" };

const PAUSED: StatusStyle = { tone: "queued", mark: "M6.3 5.4v5.2m3.4-5.2v5.2" };

/** Every status that is known, in the order in which they are shown: ended, under way, waiting. */
const STATUSES: ReadonlyMap<string, StatusStyle> = new Map([
  ["Completed", { tone: "completed", mark: "M4.8 8.2 7.1 10.5 11.3 5.8" }],
  ["Stopped by policy", { tone: "stopped", mark: "M6.8 6.8h2.4v2.4H6.8Z" }],
  ["Canceled", CANCELED],
  ["Failed", { tone: "failed", mark: "m5.5 5.5 5 5m0-5-5 5" }],
  ["CancelRequested", CANCELED],
  ["Finalizing", RUNNING],
  ["Running", RUNNING],
  ["Paused", PAUSED],
  ["Starting", QUEUED],
  ["Preparing", QUEUED],
  ["Queued", QUEUED],
  ["NotStarted", QUEUED],
]);

/** Return the looks of `status`; one that is not known looks like a queued one. */
export function statusStyle(status: string): StatusStyle {
  return STATUSES.get(status) ?? QUEUED;
}

/** Return the statuses of `counts` that occur, the known ones first and in their order. */
export function occurring(counts: Readonly<Record<string, number>>): [string, number][] {
  const order = [...STATUSES.keys()];
  const rank = (status: string) => (STATUSES.has(status) ? order.indexOf(status) : order.length);
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => rank(a) - rank(b));
}

/** The icon of a status; the text beside it carries the meaning for those who do not see it. */
export function StatusIcon({ status }: { status: string }) {
  const { tone, mark } = statusStyle(status);
  return (
    <svg class={`icon tone-${tone}`} viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="7.5" />
      <path d={mark} />
    </svg>
  );
}
