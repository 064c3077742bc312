import type { AxisId } from "../../state/axes.ts";

/** The axes in the chosen order; those that it does not name stand where they stood, after the one before them. */
export function orderAxes(axes: readonly AxisId[], chosen: readonly AxisId[] | null): AxisId[] {
  if (chosen === null) return [...axes];
  const order = chosen.filter(
    (axis, index) => axes.includes(axis) && chosen.indexOf(axis) === index,
  );
  axes.forEach((axis, index) => {
    if (order.includes(axis)) return;
    const before = axes[index - 1];
    order.splice(before === undefined ? 0 : order.indexOf(before) + 1, 0, axis);
  });
  return order;
}

/** Take an axis out and put it in at a place of what is left; the others make room. */
export function moveAxis(order: readonly AxisId[], axis: AxisId, place: number): AxisId[] {
  const others = order.filter((other) => other !== axis);
  const at = Math.min(Math.max(place, 0), others.length);
  return [...others.slice(0, at), axis, ...others.slice(at)];
}
