import { type AxisId, axisName, dimensionOf } from "../../state/axes.ts";
import type { Brush } from "../../state/linked.ts";
import type { Session } from "../../state/session.ts";
import { formatMetric } from "../format.ts";
import { brushedOptions, optionBrushes, unite } from "./brush-edit.ts";

export interface RangeEditorProps {
  readonly session: Session;
  readonly axis: AxisId;
  readonly onClose: () => void;
}

/**
 * The brushes of an axis as inputs: what a pointer does along the axis, typed.
 *
 * It looks at nothing that a live update changes: being drawn anew takes back what is being typed.
 */
export function RangeEditor({ session, axis, onClose }: RangeEditorProps) {
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
        <Ranges brushes={brushes} set={set} />
      )}
      {brushes.length > 0 && (
        <button type="button" class="parallel-clear" onClick={() => set([])}>
          Clear
        </button>
      )}
      <button type="button" class="parallel-close" aria-label="Close" onClick={onClose}>
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

/** A pair of inputs for each brush, and one for another. */
function Ranges({ brushes, set }: Editing) {
  return (
    <div class="parallel-ranges">
      {brushes.map((brush, index) => (
        <Range
          key={index}
          brush={brush}
          change={(next) =>
            set(unite(brushes.flatMap((each, at) => (at === index ? (next ?? []) : each))))
          }
        />
      ))}
      {brushes.length > 0 && <span class="parallel-or">or</span>}
      <Range
        key={`new-${brushes.length}`}
        brush={null}
        change={(next) => next && set(unite([...brushes, next]))}
      />
    </div>
  );
}

/** What is typed for a bound: a number, or nothing for none; undefined when it is neither. */
export function parseBound(typed: string, none: number): number | undefined {
  const text = typed.trim().replace(",", ".");
  if (text === "") return none;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** The brush between two typed bounds; null for none at all, undefined when one cannot be read. */
export function parseRange(low: string, high: string): Brush | null | undefined {
  const from = parseBound(low, Number.NEGATIVE_INFINITY);
  const to = parseBound(high, Number.POSITIVE_INFINITY);
  if (from === undefined || to === undefined) return undefined;
  if (from === Number.NEGATIVE_INFINITY && to === Number.POSITIVE_INFINITY) return null;
  return { low: Math.min(from, to), high: Math.max(from, to) };
}

function Range({
  brush,
  change,
}: {
  brush: Brush | null;
  /** Take the new brush, or null for none. */
  change: (brush: Brush | null) => void;
}) {
  const onChange = (event: Event) => {
    const inputs = (event.currentTarget as HTMLElement).closest("span")?.querySelectorAll("input");
    const [low, high] = inputs ?? [];
    if (low === undefined || high === undefined) return;
    const parsed = parseRange(low.value, high.value);
    for (const [input, none] of [
      [low, 0],
      [high, 0],
    ] as const) {
      input.ariaInvalid = String(parseBound(input.value, none) === undefined);
    }
    if (parsed !== undefined) change(parsed);
  };
  const input = (value: number | undefined, label: string) => (
    <input
      type="text"
      inputMode="decimal"
      size={8}
      aria-label={label}
      placeholder={label.toLowerCase()}
      value={value !== undefined && Number.isFinite(value) ? formatMetric(value) : ""}
      onChange={onChange}
    />
  );
  return (
    <span class="parallel-range">
      {input(brush?.low, "Lowest")} – {input(brush?.high, "Highest")}
    </span>
  );
}
