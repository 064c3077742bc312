import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Draft } from "../../state/draft.ts";
import type { Session } from "../../state/session.ts";
import { CommandButton } from "../command-button.tsx";
import { useFocusHeir } from "../focus-heir.ts";
import { Unanswered } from "../states/unanswered.tsx";
import { silenceOf, useCommand } from "../use-command.ts";
import { Field } from "./field.tsx";

function fieldOf(form: HTMLElement | null, selector: string): HTMLElement | null {
  return form?.querySelector<HTMLElement>(selector) ?? null;
}

interface VariantFormProps {
  readonly session: Session;
  readonly draft: Draft;
}

/** A configuration to write by hand, and to run next. */
export function VariantForm({ session, draft }: VariantFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const opener = useRef<HTMLElement | null>(null);
  const { stage, underWay, give } = useCommand(session, { type: "enqueue", values: [] }, false);
  const off = silenceOf(session) !== null || underWay;
  useLayoutEffect(() => {
    const root = form.current?.getRootNode() as ShadowRoot | Document | undefined;
    opener.current = (root?.activeElement as HTMLElement | null | undefined) ?? null;
    // Else nobody is here: it was opened in another view of the widget.
    if (opener.current !== null) fieldOf(form.current, "input, select")?.focus();
  }, []);
  useFocusHeir(form, opener);
  const focusWrong = () => fieldOf(form.current, '[aria-invalid="true"]')?.focus();
  useEffect(() => {
    if (stage.value === "none") focusWrong(); // which the kernel has refused
  }, [stage.value]);
  const close = () => {
    session.draft.value = null;
  };
  const run = () => {
    const values = draft.check();
    if (values === null) requestAnimationFrame(focusWrong);
    else give({ type: "enqueue", values });
  };
  const study = session.store.data.value?.study;
  if (study === undefined) return null;
  return (
    <form
      class="variant"
      ref={form}
      noValidate
      aria-label="Values to run"
      onSubmit={(event) => {
        event.preventDefault(); // the page would be loaded anew
        if (!off) run();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault(); // the widget's Escape would drop the focus
        close();
      }}
    >
      <div class="logs-head">
        <h3>{draft.from === null ? "Values to run" : `A variant of run ${draft.from}`}</h3>
        <button
          type="button"
          class="states-dismiss"
          aria-label="Close the form"
          title="Close (Esc)"
          onClick={close}
        >
          <span aria-hidden="true">✕</span>
        </button>
      </div>
      <div class="variant-fields">
        {draft.dimensions.map((dimension, index) =>
          draft.counts(index) ? <Field key={dimension.name} draft={draft} index={index} /> : null,
        )}
      </div>
      {stage.value === "unanswered" && (
        <Unanswered call="enqueue({…})" run={`HyperDriveRun(experiment, "${study.run}")`} />
      )}
      <div class="variant-foot">
        <button
          type="submit"
          class="header-button header-primary"
          aria-disabled={off}
          title={silenceOf(session) ?? "Run these values before those that the sampler proposes"}
        >
          {underWay ? "Sending…" : "Run these values"}
        </button>
        <CommandButton obstacle={null} underWay={false} title="Close (Esc)" onPress={close}>
          Close
        </CommandButton>
        <p class="variant-order">
          They go before what the sampler proposes, and count toward its runs.
        </p>
      </div>
    </form>
  );
}
