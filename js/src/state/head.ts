import { count, flag, number, object, optional, text } from "./json.ts";

/** How a HyperDrive run stands as a whole. */
export interface Head {
  /** Its status in HyperDrive's words, such as "Running". */
  readonly status: string;
  /** Why it ends or ended before its time, such as "user"; null if it does not. */
  readonly reason: string | null;
  /** What ended a failed run, in words. */
  readonly error: string | null;
  /** UTC epoch seconds; null where it has not happened. */
  readonly started: number | null;
  readonly ended: number | null;
  /** Seconds that it was driven before it was started the last time. */
  readonly spent: number;
  /** Whether no new run is begun for now. */
  readonly paused: boolean;
  /** Runs that there will be at most. */
  readonly total: number;
  /** Runs beside these that were cut off, and evaluated anew by another one. */
  readonly repeated: number;
}

/** @throws TypeError naming the field, what it must be and what came. */
export function parseHead(raw: unknown): Head {
  const json = object("head", raw);
  return {
    status: text("head.status", json.status),
    reason: optional("head.reason", json.reason, text),
    error: optional("head.error", json.error, text),
    started: optional("head.started", json.started, number),
    ended: optional("head.ended", json.ended, number),
    spent: number("head.spent", json.spent),
    paused: flag("head.paused", json.paused),
    total: count("head.total", json.total),
    repeated: count("head.repeated", json.repeated),
  };
}
