import { useComputed } from "@preact/signals";
import { runId } from "../../state/rows.ts";
import type { Session } from "../../state/session.ts";
import { isFinal, standingOf } from "../../state/standing.ts";
import { CommandButton } from "../command-button.tsx";
import { isEnding } from "../header/status-text.ts";
import { Unanswered } from "../states/unanswered.tsx";
import { silenceOf, useCommand } from "../use-command.ts";
import { VariantButton } from "../variant/variant-button.tsx";

interface RunCommandsProps {
  readonly session: Session;
  readonly run: number;
}

/** What can be done with one run of a search: cancel it, undo its end, and try one like it. */
export function RunCommands({ session, run }: RunCommandsProps) {
  const { store } = session;
  const standing = useComputed(() => {
    void store.version.value;
    return store.data.value === null ? "" : standingOf(store.data.value, run);
  }).value;
  const ended = isFinal(standing);
  const cancel = useCommand(session, { type: "cancel", run }, ended);
  const resume = useCommand(session, { type: "resume", run }, !ended);
  const { stage, underWay, give } = ended ? resume : cancel;
  const study = store.data.value?.study;
  if (session.commands === null || study === undefined) return null;
  return (
    <>
      <div class="logs-commands">
        {standing !== "Completed" && (
          <CommandButton
            obstacle={obstacleOf(session)}
            underWay={underWay}
            title={ended ? RESUME_TITLE : "Cancel this run; the others go on"}
            onPress={() => give()}
          >
            {ended ? (underWay ? "Resuming…" : "Resume") : underWay ? "Canceling…" : "Cancel run"}
          </CommandButton>
        )}
        <VariantButton session={session} run={() => run} />
      </div>
      {stage.value === "unanswered" && (
        <Unanswered
          call={ended ? "resume()" : "cancel()"}
          run={`experiment.get_run("${runId(study, run)}")`}
        />
      )}
    </>
  );
}

const RESUME_TITLE =
  "Have this run go on from its checkpoint, with the same values; a stop by the policy is undone";

/** Why nothing can be asked of a run now; null if something can: also of a search that has ended. */
function obstacleOf(session: Session): string | null {
  const head = session.store.head.value;
  const ending = head !== null && isEnding(head) && !isFinal(head.status);
  return ending ? "The search is ending." : silenceOf(session);
}
