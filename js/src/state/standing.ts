import type { Data } from "./run-store.ts";

const FINAL: ReadonlySet<string> = new Set(["Completed", "Failed", "Canceled"]);

/** How a run stands, in one of the study's words: its status, or why it was stopped. */
export function standingOf({ study, rows }: Data, run: number): string {
  return study.standings[rows.standing[run] ?? 0] ?? "";
}

/** Whether a run with this status, or this standing, has ended. */
export function isFinal(standing: string): boolean {
  return FINAL.has(standing) || standing === "Stopped by policy";
}
