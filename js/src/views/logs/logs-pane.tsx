import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { formatBytes } from "../../state/byte-size.ts";
import { runId } from "../../state/rows.ts";
import type { Session } from "../../state/session.ts";
import { isFinal, standingOf } from "../../state/standing.ts";
import { Standing } from "../table/cells.tsx";
import { showLog } from "./log-text.ts";
import { RunCommands } from "./run-commands.tsx";
import { Why } from "./why.tsx";

/** So long the kernel may take to answer; then we say that it does not. */
const PATIENCE_MILLISECONDS = 2000;

const SILENCE = {
  asked: "Reading…",
  live: "It has printed nothing yet.",
  whole: "It has printed nothing.",
};

interface LogsPaneProps {
  readonly session: Session;
  readonly run: number;
  /** Takes it away; without it, it is there for good, and does not take the focus. */
  readonly onClose?: () => void;
  /** Whether something else stands in its place for now. */
  readonly hidden?: boolean;
}

/** Why a run was proposed, what it has printed, live, and the files that it has written. */
export function LogsPane({ session, run, onClose, hidden = false }: LogsPaneProps) {
  const pane = useRef<HTMLElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const following = useSignal(true);
  useLayoutEffect(() => {
    if (text.current === null) return;
    const ending = new AbortController();
    showLog(text.current, session.files, following, ending.signal);
    return () => ending.abort();
  }, [session, following]);
  useReopening(session, run);
  const opener = useRef<HTMLElement | null>(null);
  useLayoutEffect(() => {
    if (onClose === undefined) return;
    const root = pane.current?.getRootNode() as ShadowRoot | Document | undefined;
    opener.current = (root?.activeElement as HTMLElement | null | undefined) ?? null;
    // Nobody is here: it was opened in another view of the widget.
    if (opener.current !== null) text.current?.focus({ preventScroll: true });
  }, []);
  const close = () => {
    onClose?.();
    opener.current?.focus();
  };
  return (
    <section
      class="logs"
      ref={pane}
      hidden={hidden}
      aria-label={`Logs of run ${run}`}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || onClose === undefined) return;
        event.preventDefault(); // the widget's Escape would drop the focus
        close();
      }}
    >
      <div class="logs-head">
        <h3>{onClose === undefined ? "Logs" : `Logs of run ${run}`}</h3>
        {onClose && (
          <>
            <LiveStanding session={session} run={run} />
            <RunCommands session={session} run={run} />
            <button
              type="button"
              class="states-dismiss"
              aria-label="Close the logs"
              title="Close (Esc)"
              onClick={close}
            >
              <span aria-hidden="true">✕</span>
            </button>
          </>
        )}
      </div>
      <Why session={session} run={run} />
      <Notice session={session} run={run} />
      <div class="logs-body">
        <div class="logs-view">
          <div
            class="logs-text"
            ref={text}
            role="log"
            aria-live="off"
            aria-label={`What run ${run} has printed`}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keys
            tabIndex={0}
          />
          <Silence session={session} />
          {!following.value && (
            <button
              type="button"
              class="logs-end"
              onClick={() => {
                following.value = true;
                text.current?.focus({ preventScroll: true });
              }}
            >
              Jump to end <span aria-hidden="true">↓</span>
            </button>
          )}
        </div>
        <FileList session={session} />
      </div>
    </section>
  );
}

/** The logs of a single run, which are there from the beginning. */
export function OwnLogs({ session }: { session: Session }) {
  const { files } = session;
  useEffect(() => {
    if (files.look.peek() === null) files.open(0);
  }, [files]);
  return <LogsPane session={session} run={0} />;
}

/** Look at a run's files again when it goes on after its end, with which the kernel has stopped looking. */
function useReopening({ store, files }: Session, run: number): void {
  const ended = useComputed(() => {
    void store.version.value;
    return store.data.value !== null && isFinal(standingOf(store.data.value, run));
  }).value;
  const had = useRef(ended);
  useEffect(() => {
    if (had.current && !ended && files.look.peek()?.answer === "whole") files.open(run);
    had.current = ended;
  }, [ended, files, run]);
}

/** How the run stands, drawn anew alone when it changes. */
function LiveStanding({ session: { store }, run }: LogsPaneProps) {
  const standing = useComputed(() => {
    void store.version.value;
    return store.data.value === null ? "" : standingOf(store.data.value, run);
  });
  return <Standing standing={standing.value} />;
}

/** Why nothing comes, or no more of it. */
function Notice({ session: { store, files }, run }: LogsPaneProps) {
  const late = useSignal(false);
  const { answer, problem } = files.look.value ?? { answer: "asked", problem: null };
  useEffect(() => {
    late.value = false;
    if (answer !== "asked") return;
    const timer = setTimeout(() => {
      late.value = true;
    }, PATIENCE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [answer, late]);
  const study = store.data.value?.study;
  const silent = answer === "none" || (answer === "asked" && late.value);
  if (study === undefined || (problem === null && !silent)) return null;
  return (
    <p class="states-problem" role="alert">
      {problem ?? (
        <span>
          {answer === "asked" ? "The kernel is busy, or gone. " : "No kernel answers. "}
          Logs are not part of a saved notebook: they are in the files that{" "}
          <code>{`experiment.get_run("${runId(study, run)}").get_details()["logFiles"]`}</code>{" "}
          names.
        </span>
      )}
    </p>
  );
}

/** What stands there in place of a text. */
function Silence({ session: { files } }: { session: Session }) {
  void files.version.value;
  const answer = files.look.value?.answer ?? "asked";
  if (files.lines.lines.length > 0 || answer === "none") return null;
  return <p class="logs-silence">{SILENCE[answer]}</p>;
}

function FileList({ session: { files } }: { session: Session }) {
  const { files: listed, more } = files.look.value ?? { files: [], more: false };
  if (listed.length === 0) return null;
  return (
    <div class="logs-files">
      <h4>{more ? `The first ${listed.length} files` : `Files (${listed.length})`}</h4>
      <ul>
        {listed.map(({ name, size }) => (
          <li key={name}>
            <span>{name}</span>
            <small>{formatBytes(size)}</small>
          </li>
        ))}
      </ul>
    </div>
  );
}
