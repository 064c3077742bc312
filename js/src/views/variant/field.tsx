import { useId } from "preact/hooks";
import type { Draft } from "../../state/draft.ts";
import { offered } from "../../state/study.ts";
import { spaceText } from "../space-text.ts";

interface FieldProps {
  readonly draft: Draft;
  readonly index: number;
}

/** A hyperparameter to write or to choose; what is wrong with it stands in the place of what it may be. */
export function Field({ draft, index }: FieldProps) {
  const id = useId();
  const dimension = draft.dimensions[index];
  if (dimension === undefined) return null;
  const problem = draft.problems.value.get(index) ?? null;
  const hint = problem ?? (dimension.kind === "number" ? spaceText(dimension) : null);
  const shared = {
    id,
    value: draft.texts.value[index] ?? "",
    "aria-invalid": problem !== null,
    "aria-describedby": `${id}-hint`,
  };
  return (
    <div class={problem === null ? "variant-field" : "variant-field is-wrong"}>
      <label htmlFor={id} title={dimension.name}>
        {dimension.name}
      </label>
      {dimension.kind === "choice" ? (
        <select {...shared} onChange={(event) => draft.write(index, event.currentTarget.value)}>
          {offered(dimension).map((option, at) => (
            <option key={at} value={String(at)}>
              {option}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...shared}
          type="text"
          inputMode="decimal"
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => draft.write(index, event.currentTarget.value)}
        />
      )}
      {hint !== null && (
        <p class="variant-hint" id={`${id}-hint`} role={problem === null ? undefined : "alert"}>
          {hint}
        </p>
      )}
    </div>
  );
}
