import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Command, isAnswerTo } from "../state/commands.ts";
import type { Session } from "../state/session.ts";
import { isFinal } from "../state/standing.ts";
import { isEnding } from "./header/status-text.ts";

/** So long the kernel may take to accept; then we say that it is busy. */
const PATIENCE_MILLISECONDS = 2000;
/** So long it may take from there until it is to be seen: another process may drive the run. */
const MOST_MILLISECONDS = 8000;

/** How far a command is: not given; sent; accepted, and still to come true; without an answer in time. */
export type Stage = "none" | "sent" | "accepted" | "unanswered";

export interface Given {
  readonly stage: ReadonlySignal<Stage>;
  /** Whether it was given, and is neither refused nor to be seen yet. */
  readonly underWay: boolean;
  /** @param now the command as it is to be sent, where it is not known before. */
  give(now?: Command): void;
}

/**
 * A command that a button gives.
 *
 * @param done whether what it is to bring about is so.
 */
export function useCommand(session: Session, command: Command, done: boolean): Given {
  const stage = useSignal<Stage>("none");
  /** A run that is to go on waits until others make room. */
  const isPatient = command.type === "resume" && command.run !== undefined;
  useEffect(() => {
    if (done) stage.value = "none";
  }, [done, stage]);
  const over = isFinal(session.store.head.value?.status ?? "");
  useEffect(() => {
    if (over) stage.value = "none"; // what it was to bring about does not come any more
  }, [over, stage]);
  useEffect(() => {
    const [next, after]: [Stage, number] =
      stage.value === "sent" ? ["unanswered", PATIENCE_MILLISECONDS] : ["none", MOST_MILLISECONDS];
    if (stage.value !== "sent" && (stage.value !== "accepted" || isPatient)) return;
    const timer = setTimeout(() => {
      stage.value = next;
    }, after);
    return () => clearTimeout(timer);
  }, [stage, stage.value, isPatient]);
  const key = JSON.stringify(command);
  useEffect(() => {
    const giveUp = (trouble: string | null) => {
      if (trouble !== null) stage.value = "none";
    };
    const stops = [
      session.refusal.subscribe(giveUp),
      session.store.problem.subscribe(giveUp),
      session.answer.subscribe((answer) => {
        if (answer === null || !isAnswerTo(command, answer) || stage.peek() === "none") return;
        stage.value = answer.accepted ? "accepted" : "none";
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [session, stage, key]);
  return {
    stage,
    underWay: stage.value !== "none" && !done,
    give: (now = command) => {
      stage.value = "sent";
      session.commands?.give(now);
    },
  };
}

/** Why nothing can be asked of the kernel now; null if something can. */
export function silenceOf({ store, commands }: Session): string | null {
  if (commands === null) return "No kernel is connected to this page.";
  if (store.head.value === null) return "Nothing is known of the run yet.";
  if (store.freshness.value === "stale") return "The kernel has not been heard of for a while.";
  return null;
}

/** Why a run under way can take no command now; null if it can. */
export function obstacleOf(session: Session): string | null {
  const head = session.store.head.value;
  if (session.commands === null || head === null) return silenceOf(session);
  if (isFinal(head.status)) return "The run has ended.";
  if (isEnding(head)) return "The run is ending already.";
  return silenceOf(session);
}
