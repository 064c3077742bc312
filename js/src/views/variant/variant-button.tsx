import { Draft } from "../../state/draft.ts";
import type { Session } from "../../state/session.ts";
import { CommandButton } from "../command-button.tsx";
import { silenceOf } from "../use-command.ts";

interface VariantButtonProps {
  readonly session: Session;
  /** Returns the run whose values to begin with; null for none. */
  readonly run: () => number | null;
}

/** Opens the form of a configuration to run. */
export function VariantButton({ session, run }: VariantButtonProps) {
  const { store, draft } = session;
  if (session.commands === null) return null;
  return (
    <CommandButton
      obstacle={silenceOf(session)}
      underWay={false}
      expanded={draft.value !== null}
      title="Run values of your own, beginning with those of a run"
      onPress={() => {
        const data = store.data.peek();
        if (data !== null) draft.value = new Draft(data, run());
      }}
    >
      <span class="variant-plus" aria-hidden="true">
        +
      </span>
      <span class="variant-label">Try a variant…</span>
    </CommandButton>
  );
}
