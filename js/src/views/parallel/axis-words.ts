import { axisName } from "../../state/axes.ts";
import type { Brush } from "../../state/linked.ts";
import { formatNumber } from "../format.ts";
import type { AxisScale } from "./axis-scale.ts";
import { brushedOptions } from "./brush-edit.ts";
import type { ParallelModel } from "./parallel-model.ts";

/** The chosen axis in words: its name, its brushes, where the cursor is; empty without one. */
export function axisWords(model: ParallelModel): string {
  const axis = model.chosen.value;
  const data = model.session.store.data.value;
  const scale = axis === null ? undefined : model.scales.value.get(axis);
  if (axis === null || data === null || scale === undefined) return "";
  const { at, anchor } = model.cursor.value;
  const brushes = model.session.linked.brushes.value.get(axis) ?? [];
  const place = model.order.value.indexOf(axis) + 1;
  return [
    `${axisName(data, axis)}, axis ${place} of ${model.order.value.length}`,
    brushes.length > 0 ? `brushed ${brushText(scale, brushes)}` : "",
    `${anchor === null ? "cursor at" : "brush from"} ${valueAt(scale, anchor ?? at)}`,
    anchor === null ? "" : `to ${valueAt(scale, at)}`,
  ]
    .filter((part) => part !== "")
    .join(", ");
}

/** What brushes hold: `0.01 to 0.1 or from 0.5`, `relu or tanh`. */
export function brushText(scale: AxisScale, brushes: readonly Brush[]): string {
  if (scale.kind === "choice") {
    const held = brushedOptions(scale.options.length, brushes);
    return scale.options.filter((_, index) => held[index]).join(" or ");
  }
  return brushes
    .map(({ low, high }) => {
      if (low === Number.NEGATIVE_INFINITY) return `up to ${formatNumber(high)}`;
      if (high === Number.POSITIVE_INFINITY) return `from ${formatNumber(low)}`;
      return `${formatNumber(low)} to ${formatNumber(high)}`;
    })
    .join(" or ");
}

function valueAt(scale: AxisScale, fraction: number): string {
  const value = scale.value(fraction);
  return scale.kind === "choice" ? (scale.options[Math.round(value)] ?? "") : formatNumber(value);
}
