import type { Head } from "../../state/head.ts";
import { isFinal } from "../../state/standing.ts";
import { formatStatus } from "../format.ts";

/** How the run stands, and why it ends or ended before its time: `Canceled (user)`. */
export function statusText({ status, reason }: Head): string {
  const words = formatStatus(status);
  if (reason === null) return words;
  return isFinal(status) ? `${words} (${reason})` : `${words}, ending: ${reason}`;
}

/** Whether the run ends or has ended, so that there is nothing left to cancel. */
export function isEnding({ status, reason }: Head): boolean {
  return reason !== null || isFinal(status) || status === "CancelRequested";
}
