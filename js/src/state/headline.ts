/** The few figures that tell how one HyperDrive run stands, as the kernel sends them in one trait. */
export interface Headline {
  /** The experiment's name: text from a user. */
  readonly name: string;
  /** The run's status in HyperDrive's words, such as "Running". */
  readonly status: string;
  /** Trials that have ended, in whatever way. */
  readonly done: number;
  /** Trials that the experiment will run at most. */
  readonly total: number;
  /** Number of trials by status. */
  readonly counts: Readonly<Record<string, number>>;
  /** The incumbent, or null while no trial has logged the primary metric. */
  readonly best: Best | null;
}

/** The incumbent: the best value of the primary metric and the run that logged it. */
export interface Best {
  readonly metric: string;
  readonly value: number;
  readonly run: string;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Check what came over the wire.
 *
 * @throws TypeError naming the field, what it must be and what came.
 */
export function parseHeadline(raw: unknown): Headline {
  const json = object("headline", raw);
  const counts = object("headline.counts", json.counts);
  return {
    name: text("headline.name", json.name),
    status: text("headline.status", json.status),
    done: count("headline.done", json.done),
    total: count("headline.total", json.total),
    counts: Object.fromEntries(
      Object.entries(counts).map(([status, n]) => [status, count(`headline.counts.${status}`, n)]),
    ),
    best: json.best === null ? null : parseBest(json.best),
  };
}

function parseBest(raw: unknown): Best {
  const json = object("headline.best", raw);
  return {
    metric: text("headline.best.metric", json.metric),
    value: number("headline.best.value", json.value),
    run: text("headline.best.run", json.run),
  };
}

function object(field: string, value: unknown): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  throw mismatch(field, "an object", value);
}

function text(field: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw mismatch(field, "a text", value);
}

function number(field: string, value: unknown): number {
  if (typeof value === "number") return value;
  throw mismatch(field, "a number", value);
}

function count(field: string, value: unknown): number {
  if (Number.isInteger(value) && (value as number) >= 0) return value as number;
  throw mismatch(field, "a whole number >= 0", value);
}

function mismatch(field: string, expected: string, value: unknown): TypeError {
  return new TypeError(`\`${field}\` must be ${expected}, but got ${JSON.stringify(value)}.`);
}
