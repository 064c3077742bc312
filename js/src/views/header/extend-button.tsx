import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Command } from "../../state/commands.ts";
import type { Session } from "../../state/session.ts";
import { isFinal } from "../../state/standing.ts";
import { CommandButton } from "../command-button.tsx";
import { useFocusHeir } from "../focus-heir.ts";
import { Unanswered } from "../states/unanswered.tsx";
import { silenceOf, useCommand } from "../use-command.ts";

/** What ends a search that has come to its end: so many runs, or so many minutes. */
export type Budget = "runs" | "minutes";

interface ExtendButtonProps {
  readonly session: Session;
  readonly budget: Budget;
}

const LABEL = { runs: "More runs…", minutes: "More time…" };
const LIMIT = { runs: "max_total_runs", minutes: "max_duration_minutes" };
const USUAL = "10";

/** Gives a search that has used up its budget more of it. */
export function ExtendButton({ session, budget }: ExtendButtonProps) {
  const { store } = session;
  const open = useSignal(false);
  const text = useSignal(USUAL);
  const more = Number(text.value);
  const ended = isFinal(store.head.value?.status ?? "");
  const command: Command =
    budget === "runs" ? { type: "extend", runs: more } : { type: "extend", minutes: more };
  const { stage, underWay, give } = useCommand(session, command, !ended);
  const place = useRef<HTMLDivElement>(null);
  return (
    <>
      <div class="header-command" ref={place} tabIndex={-1}>
        <CommandButton
          obstacle={silenceOf(session)}
          underWay={underWay}
          expanded={open.value}
          title={`The search has used up its ${budget}: give it more`}
          onPress={() => {
            open.value = true;
          }}
        >
          {underWay ? "Resuming…" : LABEL[budget]}
        </CommandButton>
        {open.value && (
          <Question
            budget={budget}
            text={text.value}
            onText={(written) => {
              text.value = written;
            }}
            onConfirm={() => {
              open.value = false;
              give();
            }}
            onDecline={() => {
              open.value = false;
            }}
          />
        )}
      </div>
      {stage.value === "unanswered" && (
        <Unanswered
          call={`extend(${LIMIT[budget]}=…)`}
          run={`HyperDriveRun(experiment, "${store.data.value?.study.run}")`}
        />
      )}
    </>
  );
}

interface QuestionProps {
  readonly budget: Budget;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onConfirm: () => void;
  readonly onDecline: () => void;
}

function Question({ budget, text, onText, onConfirm, onDecline }: QuestionProps) {
  const form = useRef<HTMLFormElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const opener = useRef<HTMLElement | null>(null);
  useLayoutEffect(() => {
    opener.current = form.current?.parentElement?.querySelector("button") ?? null;
    field.current?.focus();
    field.current?.select();
  }, []);
  useFocusHeir(form, opener);
  return (
    <form
      class="header-confirmation"
      ref={form}
      aria-label={LABEL[budget]}
      onSubmit={(event) => {
        event.preventDefault(); // the page would be loaded anew
        onConfirm();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault(); // the widget's Escape would drop the focus
        onDecline();
      }}
    >
      <label>
        <b>{budget === "runs" ? "More runs" : "More minutes"}</b>
        <input
          class="header-number"
          ref={field}
          type="number"
          min={1}
          step={1}
          required
          value={text}
          onInput={(event) => onText(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="header-button header-primary">
        Go on
      </button>
      <button type="button" class="header-button" onClick={onDecline}>
        Leave it
      </button>
    </form>
  );
}
