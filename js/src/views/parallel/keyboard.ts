import { moveAxis } from "./axis-order.ts";
import { between, brushOf, unite } from "./brush-edit.ts";
import type { ParallelModel } from "./parallel-model.ts";

/** Parts of an axis of numbers that the brush cursor moves by. */
const STEPS = 40;

/**
 * Do what a key stands for: left and right choose an axis, with Shift they move it; up and down move
 * along it, Enter begins and ends a brush, Escape drops a begun one, Delete clears the axis' brushes.
 * Turned, the arrows are, too. Return whether it stands for something.
 */
export function pressKey(model: ParallelModel, event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const order = model.order.value;
  const [axis = order[0]] = order.filter((each) => each === model.chosen.value);
  const scale = axis === undefined ? undefined : model.scales.value.get(axis);
  if (axis === undefined || scale === undefined) return false;
  const { turned } = model.layout.value;
  const across = arrow(
    event.key,
    turned ? "ArrowDown" : "ArrowRight",
    turned ? "ArrowUp" : "ArrowLeft",
  );
  const along = arrow(
    event.key,
    turned ? "ArrowRight" : "ArrowUp",
    turned ? "ArrowLeft" : "ArrowDown",
  );
  const { at, anchor } = model.cursor.value;
  const { linked, settings } = model.session;
  const brushes = linked.brushes.value.get(axis) ?? [];

  if (across !== 0) {
    const place = Math.min(Math.max(order.indexOf(axis) + across, 0), order.length - 1);
    if (event.shiftKey) settings.axes.value = moveAxis(order, axis, place);
    else {
      // The first key only shows where one is.
      model.choose(model.chosen.value === null ? axis : (order[place] ?? axis));
    }
  } else if (along !== 0) {
    const options = scale.options.length;
    const margin = options > 0 ? 0.5 / options : 0;
    const next = at + along / (options || STEPS);
    if (model.chosen.value === null) model.choose(axis);
    else model.cursor.value = { at: Math.min(Math.max(next, margin), 1 - margin), anchor };
  } else if (event.key === "Enter") {
    if (model.chosen.value === null) model.choose(axis);
    const here = model.cursor.value.at;
    model.cursor.value = { at: here, anchor: anchor === null ? here : null };
    if (anchor !== null) {
      linked.brush(axis, unite([...brushes, brushOf(scale, between(anchor, at))]));
    }
  } else if (event.key === "Escape" && anchor !== null) {
    model.cursor.value = { at, anchor: null };
  } else if (event.key === "Delete" || event.key === "Backspace") {
    linked.brush(axis, []);
  } else return false;
  return true;
}

function arrow(key: string, forward: string, back: string): -1 | 0 | 1 {
  return key === forward ? 1 : key === back ? -1 : 0;
}
