import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Session } from "../../state/session.ts";
import { isFinal } from "../../state/standing.ts";
import { isEnding } from "./status-text.ts";

/** So long the kernel may take to accept; then we say that it is busy. */
const PATIENCE_MILLISECONDS = 2000;

/** How far a cancellation is: not begun, to be confirmed, sent, and sent without an answer in time. */
type Stage = "none" | "asking" | "sent" | "unanswered";

/** Cancels the whole run, having asked first; says so when the kernel does not answer. */
export function CancelButton({ session }: { session: Session }) {
  const stage = useSignal<Stage>("none");
  const ending = useIsEnding(session);
  const obstacle = obstacleOf(session);
  const sent = (stage.value === "sent" || stage.value === "unanswered") && !ending;
  const asking = stage.value === "asking" && obstacle === null;

  useEffect(() => {
    if (ending) stage.value = "none";
  }, [ending, stage]);
  useEffect(() => {
    if (stage.value !== "sent") return;
    const timer = setTimeout(() => {
      stage.value = "unanswered";
    }, PATIENCE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [stage, stage.value]);

  useEffect(() => {
    const giveUp = (trouble: string | null) => {
      if (trouble !== null && stage.peek() !== "asking") stage.value = "none";
    };
    const stops = [session.refusal.subscribe(giveUp), session.store.problem.subscribe(giveUp)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [session, stage]);

  const button = useRef<HTMLButtonElement>(null);
  const hadFocus = useRef(false);
  useLayoutEffect(() => {
    // Not before the question is gone, which hides the button. A person may be elsewhere by then.
    if (hadFocus.current && !asking) button.current?.focus();
    hadFocus.current = false;
  }, [asking]);

  // Not `disabled`, which would drop the focus and hide the reason from the keyboard.
  const off = obstacle !== null || sent;
  return (
    <>
      <div class="header-command">
        <button
          type="button"
          class="header-button header-cancel"
          ref={button}
          aria-disabled={off}
          aria-expanded={asking}
          title={obstacle ?? "Cancel the run, with all that runs of it"}
          onClick={() => {
            if (!off) stage.value = "asking";
          }}
        >
          {sent ? "Canceling…" : labelOf(session)}
        </button>
        {asking && (
          <Confirmation
            single={session.store.data.value?.study.single ?? false}
            onConfirm={() => {
              stage.value = "sent";
              session.commands?.cancel();
            }}
            onDecline={() => {
              stage.value = "none";
            }}
            onEnd={(focused) => {
              hadFocus.current = focused;
            }}
          />
        )}
      </div>
      {stage.value === "unanswered" && !ending && <Unanswered session={session} />}
    </>
  );
}

function useIsEnding(session: Session): boolean {
  const head = session.store.head.value;
  return head !== null && isEnding(head);
}

function labelOf({ store }: Session): string {
  const head = store.head.value;
  return head !== null && isEnding(head) && !isFinal(head.status) ? "Ending…" : "Cancel";
}

/** Why the run cannot be canceled now; null if it can. */
function obstacleOf({ store, commands }: Session): string | null {
  const head = store.head.value;
  if (commands === null) return "No kernel is connected to this page.";
  if (head === null) return "Nothing is known of the run yet.";
  if (isFinal(head.status)) return "The run has ended.";
  if (isEnding(head)) return "The run is ending already.";
  if (store.freshness.value === "stale") return "The kernel has not been heard of for a while.";
  return null;
}

interface ConfirmationProps {
  readonly single: boolean;
  readonly onConfirm: () => void;
  readonly onDecline: () => void;
  /** Told whether the question has the focus, just before it goes, for whatever reason. */
  readonly onEnd: (focused: boolean) => void;
}

/** Asks in place, since a dialog of the browser would block the page. */
function Confirmation({ single, onConfirm, onDecline, onEnd }: ConfirmationProps) {
  const question = single ? "Cancel the run?" : "Cancel all runs?";
  const box = useRef<HTMLDivElement>(null);
  const safe = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const asked = box.current;
    safe.current?.focus();
    return () => onEnd(asked?.querySelector(":focus") != null);
  }, []);
  return (
    <div
      class="header-confirmation"
      ref={box}
      role="alertdialog"
      aria-label={question}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault(); // the widget's Escape would drop the focus
        onDecline();
      }}
    >
      <b>{question}</b>
      <button type="button" class="header-button header-danger" onClick={onConfirm}>
        {single ? "Cancel it" : "Cancel all"}
      </button>
      <button type="button" class="header-button" ref={safe} onClick={onDecline}>
        Keep going
      </button>
    </div>
  );
}

function Unanswered({ session }: { session: Session }) {
  const study = session.store.data.value?.study;
  return (
    <p class="header-unanswered" role="alert">
      The kernel is busy. Interrupt the cell (■), or call <code>run.cancel()</code> from another
      notebook or process:{" "}
      <code>{`${study?.single ? "Run" : "HyperDriveRun"}(experiment, "${study?.run}").cancel()`}</code>
    </p>
  );
}
