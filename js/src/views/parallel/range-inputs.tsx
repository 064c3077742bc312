import { batch, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Brush } from "../../state/linked.ts";
import { useFocusHeir } from "../focus-heir.ts";
import { formatNumber } from "../format.ts";

/** What is typed into a pair of inputs; null for one that still shows its brush's bound. */
export interface Typed {
  readonly low: string | null;
  readonly high: string | null;
}

/** What is typed for a bound: a number, or nothing for none; undefined when it is neither. */
export function parseBound(typed: string, none: number): number | undefined {
  const text = typed.trim().replace(",", ".");
  if (text === "") return none;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/**
 * The brush that a pair of inputs stands for; null for none at all, undefined when one cannot be read.
 *
 * @param brush what the pair has shown: a bound that nobody typed is kept as it is, and not as rounded
 *   as it is shown.
 */
export function parseRange({ low, high }: Typed, brush: Brush | null): Brush | null | undefined {
  const { low: least, high: most } = brush ?? UNBOUNDED;
  const from = low === null ? least : parseBound(low, UNBOUNDED.low);
  const to = high === null ? most : parseBound(high, UNBOUNDED.high);
  if (from === undefined || to === undefined) return undefined;
  if (from === UNBOUNDED.low && to === UNBOUNDED.high) return null;
  return { low: Math.min(from, to), high: Math.max(from, to) };
}

const UNBOUNDED: Brush = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
const UNTYPED: Typed = { low: null, high: null };

export interface RangeInputsProps {
  /** What it shows; null for a brush that is still to come. */
  readonly brush: Brush | null;
  /** Take the new brush, or null for none. */
  readonly change: (brush: Brush | null) => void;
  /** Gets the focus when the inputs go. */
  readonly heir: RefObject<HTMLElement | null>;
}

/** The bounds of a brush as two inputs, which are taken as one: by Enter, or when the focus leaves both. */
export function RangeInputs({ brush, change, heir }: RangeInputsProps) {
  const pair = useRef<HTMLElement>(null);
  const typed = useSignal(UNTYPED);
  // What cannot be read is marked once it is tried, and not while it is being typed.
  const tried = useSignal(false);
  const forget = () => {
    batch(() => {
      typed.value = UNTYPED;
      tried.value = false;
    });
  };
  // Another brush is another beginning; and what is typed goes with the inputs, before their focus does.
  useLayoutEffect(() => forget, [brush?.low, brush?.high]);
  useFocusHeir(pair, heir);

  const commit = () => {
    const { low, high } = typed.value;
    if (low === null && high === null) return;
    const parsed = parseRange({ low, high }, brush);
    tried.value = parsed === undefined;
    if (parsed === undefined) return;
    forget();
    change(parsed);
  };
  const input = (end: keyof Brush, label: string) => {
    const bound = brush?.[end];
    const shown = bound !== undefined && Number.isFinite(bound) ? formatNumber(bound) : "";
    const text = typed.value[end];
    return (
      <input
        type="text"
        inputMode="decimal"
        size={8}
        aria-label={label}
        aria-invalid={tried.value && text !== null && parseBound(text, 0) === undefined}
        placeholder={label.toLowerCase()}
        value={text ?? shown}
        onInput={({ currentTarget: { value } }) => {
          typed.value = { ...typed.value, [end]: value === shown ? null : value };
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") commit();
        }}
      />
    );
  };
  return (
    <span
      class="parallel-range"
      ref={pair}
      onFocusOut={({ currentTarget, relatedTarget }) => {
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) commit();
      }}
    >
      {input("low", "Lowest")} – {input("high", "Highest")}
    </span>
  );
}
