import { Fragment, type RefObject } from "preact";
import { useRef } from "preact/hooks";
import { type AxisId, axisName, dimensionOf } from "../../state/axes.ts";
import type { Brush } from "../../state/linked.ts";
import type { Session } from "../../state/session.ts";
import { useFocusHeir } from "../focus-heir.ts";
import { brushedOptions, optionBrushes, unite } from "./brush-edit.ts";
import { RangeInputs } from "./range-inputs.tsx";

export interface RangeEditorProps {
  readonly session: Session;
  readonly axis: AxisId;
  readonly onClose: () => void;
  /** Gets the focus when what has it goes. */
  readonly heir: RefObject<HTMLElement | null>;
}

/**
 * The brushes of an axis as inputs: what a pointer does along the axis, typed.
 *
 * It looks at nothing that a live update changes: being drawn anew takes back what is being typed.
 */
export function RangeEditor({ session, axis, onClose, heir }: RangeEditorProps) {
  const data = session.store.data.value;
  if (data === null) return null;
  const brushes = session.linked.brushes.value.get(axis) ?? [];
  const name = axisName(data, axis);
  const dimension = dimensionOf(data, axis);
  const set = (next: readonly Brush[]) => session.linked.brush(axis, next);
  return (
    <fieldset class="parallel-editor" aria-label={`Filter by ${name}`}>
      <b title={name}>{name}</b>
      {dimension?.kind === "choice" ? (
        <Options options={dimension.options} brushes={brushes} set={set} />
      ) : (
        <Ranges brushes={brushes} set={set} heir={heir} />
      )}
      {brushes.length > 0 && <Clear onClick={() => set([])} heir={heir} />}
      <button
        type="button"
        class="parallel-close"
        aria-label="Close"
        onClick={() => {
          // First: axes that get the focus by keyboard while none is chosen choose one.
          heir.current?.focus();
          onClose();
        }}
      >
        ×
      </button>
    </fieldset>
  );
}

interface Editing {
  readonly brushes: readonly Brush[];
  readonly set: (brushes: readonly Brush[]) => void;
}

function Options({ options, brushes, set }: Editing & { options: readonly string[] }) {
  const wanted = brushedOptions(options.length, brushes);
  return (
    <div class="parallel-options">
      {options.map((option, index) => (
        <label key={index}>
          <input
            type="checkbox"
            checked={wanted[index] ?? false}
            // Without any there is no brush, and all come back.
            onChange={(event) =>
              set(
                optionBrushes(
                  wanted.map((was, at) => (at === index ? event.currentTarget.checked : was)),
                ),
              )
            }
          />
          {option}
        </label>
      ))}
    </div>
  );
}

/** A pair of inputs for each brush, and one for another, which becomes that brush's. */
function Ranges({ brushes, set, heir }: Editing & { heir: RefObject<HTMLElement | null> }) {
  const others = (index: number) => brushes.filter((_, at) => at !== index);
  return (
    <div class="parallel-ranges">
      {[...brushes, null].map((brush, index) => (
        <Fragment key={index}>
          {brush === null && index > 0 && <span class="parallel-or">or</span>}
          <RangeInputs
            brush={brush}
            heir={heir}
            change={(next) => set(unite(next ? [...others(index), next] : others(index)))}
          />
        </Fragment>
      ))}
    </div>
  );
}

function Clear({ onClick, heir }: { onClick: () => void; heir: RefObject<HTMLElement | null> }) {
  const button = useRef<HTMLButtonElement>(null);
  useFocusHeir(button, heir);
  return (
    <button type="button" class="parallel-clear" ref={button} onClick={onClick}>
      Clear
    </button>
  );
}
