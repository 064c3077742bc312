import type { Session } from "../../state/session.ts";
import { isFinal } from "../../state/standing.ts";
import { CommandButton } from "../command-button.tsx";
import { Unanswered } from "../states/unanswered.tsx";
import { silenceOf, useCommand } from "../use-command.ts";

/** Has a search go on that was cut off or has failed. */
export function ResumeButton({ session }: { session: Session }) {
  const { store } = session;
  const ended = isFinal(store.head.value?.status ?? "");
  const { stage, underWay, give } = useCommand(session, { type: "resume" }, !ended);
  return (
    <>
      <div class="header-command">
        <CommandButton
          obstacle={silenceOf(session)}
          underWay={underWay}
          title="Go on where the search was left; what has finished stays"
          onPress={() => give()}
        >
          {underWay ? "Resuming…" : "Resume"}
        </CommandButton>
      </div>
      {stage.value === "unanswered" && (
        <Unanswered
          call="resume()"
          run={`HyperDriveRun(experiment, "${store.data.value?.study.run}")`}
        />
      )}
    </>
  );
}
