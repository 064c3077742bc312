import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Session } from "../../state/session.ts";
import { isFinal } from "../../state/standing.ts";
import { Unanswered } from "../states/unanswered.tsx";
import { obstacleOf, useCommand } from "../use-command.ts";
import { isEnding } from "./status-text.ts";

/** Cancels the whole run, having asked first; says so when the kernel does not answer. */
export function CancelButton({ session }: { session: Session }) {
  const wanted = useSignal(false);
  const ending = useIsEnding(session);
  const { stage, underWay: sent, give } = useCommand(session, { type: "cancel" }, ending);
  const obstacle = obstacleOf(session);
  const asking = wanted.value && obstacle === null;
  const study = session.store.data.value?.study;

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
            if (!off) wanted.value = true;
          }}
        >
          {sent ? "Canceling…" : labelOf(session)}
        </button>
        {asking && (
          <Confirmation
            single={study?.single ?? false}
            onConfirm={() => {
              wanted.value = false;
              give();
            }}
            onDecline={() => {
              wanted.value = false;
            }}
            onEnd={(focused) => {
              hadFocus.current = focused;
            }}
          />
        )}
      </div>
      {stage.value === "unanswered" && (
        <Unanswered
          call="cancel()"
          run={`${study?.single ? "Run" : "HyperDriveRun"}(experiment, "${study?.run}")`}
        />
      )}
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
