import type { Session } from "../../state/session.ts";
import { CommandButton } from "../command-button.tsx";
import { Unanswered } from "../states/unanswered.tsx";
import { obstacleOf, useCommand } from "../use-command.ts";

/** Has the search begin no new run for a while, and again. */
export function PauseButton({ session }: { session: Session }) {
  const { store } = session;
  const paused = store.head.value?.paused ?? false;
  const pause = useCommand(session, { type: "pause" }, paused);
  const proceed = useCommand(session, { type: "continue" }, !paused);
  const { stage, underWay, give } = paused ? proceed : pause;
  return (
    <>
      <div class="header-command">
        <CommandButton
          obstacle={obstacleOf(session)}
          underWay={underWay}
          title={paused ? "Begin new runs again" : "Begin no new run for now; those that run go on"}
          onPress={() => give()}
        >
          {paused ? "Continue" : "Pause"}
        </CommandButton>
      </div>
      {stage.value === "unanswered" && (
        <Unanswered
          call={paused ? "continue_()" : "pause()"}
          run={`HyperDriveRun(experiment, "${store.data.value?.study.run}")`}
        />
      )}
    </>
  );
}
