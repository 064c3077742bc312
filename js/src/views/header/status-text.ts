import type { Head } from "../../state/head.ts";
import { isFinal } from "../../state/standing.ts";
import { formatStatus } from "../format.ts";

/**
 * How the run stands, and why it ends or ended before its time: `Canceled (user)`.
 *
 * @param active how many of its runs are under way.
 */
export function statusText(head: Head, active = 0): string {
  const { status, reason } = head;
  if (isPaused(head)) {
    return active > 0 ? `Paused, ${active} ${active === 1 ? "run goes" : "runs go"} on` : "Paused";
  }
  const words = formatStatus(status);
  if (reason === null) return words;
  return isFinal(status) ? `${words} (${reason})` : `${words}, ending: ${reason}`;
}

/** Whether the run ends or has ended, so that there is nothing left to cancel. */
export function isEnding({ status, reason }: Head): boolean {
  return reason !== null || isFinal(status) || status === "CancelRequested";
}

/** Whether no new run is begun for now, though there are to be more. */
export function isPaused(head: Head): boolean {
  return head.paused && !isEnding(head);
}
