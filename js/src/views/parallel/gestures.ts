import { followPointer } from "../../gfx/pointer-drag.ts";
import type { AxisId } from "../../state/axes.ts";
import { adds } from "../../state/linked.ts";
import { moveAxis } from "./axis-order.ts";
import { between, brushOf, drag, type Grip, stretchOf, unite } from "./brush-edit.ts";
import { fractionAt, type Point, placeAt, toPoint } from "./layout.ts";
import { nearestRun } from "./lines.ts";
import type { ParallelModel } from "./parallel-model.ts";

/** Pixels within which a line is hovered. */
const REACH = 8;
/** Pixels from the edge of a scrolled place at which a dragged axis scrolls it, and by how many. */
const SCROLL_EDGE = 30;
const SCROLL_STEP = 12;

/** What a pointer does to the axes and lines that are drawn in an element. */
export class Gestures {
  /** @param plot gives the drawing's element, once it is there. */
  constructor(
    private readonly model: ParallelModel,
    private readonly plot: () => Element | null,
  ) {}

  /** Hover the line under the pointer. */
  hover(event: PointerEvent): void {
    const pressed = event.buttons !== 0;
    const { hover } = this.model.session.linked;
    hover.value = pressed ? null : this.#runAt(event);
    this.plot()?.toggleAttribute("data-over", hover.value !== null);
  }

  leave(): void {
    this.model.session.linked.hover.value = null;
  }

  /** Select the line under the pointer by a click. */
  press(down: PointerEvent): void {
    followPointer(down, { move: () => {}, click: (event) => this.#select(event) });
  }

  /** Draw a new brush along an axis; a click clears those that are there. */
  brush(down: PointerEvent, axis: AxisId): void {
    const scale = this.model.scales.value.get(axis);
    if (scale === undefined) return;
    down.stopPropagation();
    const { linked } = this.model.session;
    const before = linked.brushes.value.get(axis) ?? [];
    const anchor = this.#fraction(down);
    followPointer(down, {
      move: (event) =>
        linked.brush(axis, [...before, brushOf(scale, between(anchor, this.#fraction(event)))]),
      drop: () => this.#settle(axis),
      click: (event) => (before.length > 0 ? linked.brush(axis, []) : this.#select(event)),
      cancel: () => linked.brush(axis, before),
    });
  }

  /** Move a brush, or one of its edges. */
  edit(down: PointerEvent, axis: AxisId, index: number, grip: Grip): void {
    const scale = this.model.scales.value.get(axis);
    const { linked } = this.model.session;
    const before = linked.brushes.value.get(axis) ?? [];
    const brush = before[index];
    if (scale === undefined || brush === undefined) return;
    down.stopPropagation();
    const [stretch, start] = [stretchOf(scale, brush), this.#unclamped(down)];
    followPointer(down, {
      move: (event) => {
        const edited = drag(scale, stretch, grip, this.#unclamped(event) - start);
        linked.brush(
          axis,
          before.map((each, at) => (at === index ? brushOf(scale, edited) : each)),
        );
      },
      drop: () => this.#settle(axis),
      cancel: () => linked.brush(axis, before),
    });
  }

  clear(axis: AxisId): void {
    this.model.session.linked.brush(axis, []);
  }

  /** Move an axis by its label; a click opens its inputs, and closes them again. */
  moveAxis(down: PointerEvent, axis: AxisId): void {
    const { model } = this;
    down.stopPropagation();
    const before = model.order.value;
    const start = this.#point(down).across - model.across(axis);
    followPointer(down, {
      move: (event) => {
        this.#scrollAt(event);
        const layout = model.layout.value;
        const last = layout.first + layout.gap * (before.length - 1);
        const across = Math.min(Math.max(this.#point(event).across - start, layout.first), last);
        const order = moveAxis(before, axis, placeAt(layout, across, before.length));
        model.dragged.value = { axis, across, order };
      },
      drop: () => {
        model.session.settings.axes.value = model.order.value;
        model.dragged.value = null;
      },
      click: () => {
        model.choose(model.chosen.value === axis ? null : axis);
      },
      cancel: () => {
        model.dragged.value = null;
      },
    });
  }

  #select(event: PointerEvent): void {
    const run = this.#runAt(event);
    if (run !== null) this.model.session.linked.select(run, adds(event));
  }

  #runAt(event: PointerEvent): number | null {
    const { lines, mask } = this.model;
    return nearestRun(lines.value, mask.value, this.#point(event), REACH);
  }

  #settle(axis: AxisId): void {
    const { linked } = this.model.session;
    linked.brush(axis, unite(linked.brushes.value.get(axis) ?? []));
  }

  #point(event: PointerEvent): Point {
    const box = this.plot()?.getBoundingClientRect();
    const [x, y] = [event.clientX - (box?.left ?? 0), event.clientY - (box?.top ?? 0)];
    return toPoint(this.model.layout.value, x, y);
  }

  #fraction(event: PointerEvent): number {
    return fractionAt(this.model.layout.value, this.#point(event).along);
  }

  #unclamped(event: PointerEvent): number {
    const { start, end } = this.model.layout.value;
    return (this.#point(event).along - start) / (end - start);
  }

  #scrollAt(event: PointerEvent): void {
    const scroller = this.plot()?.parentElement;
    if (!scroller) return;
    const { left, right, top, bottom } = scroller.getBoundingClientRect();
    const push = (at: number, from: number, to: number) =>
      at < from + SCROLL_EDGE ? -SCROLL_STEP : at > to - SCROLL_EDGE ? SCROLL_STEP : 0;
    if (this.model.layout.value.turned) scroller.scrollTop += push(event.clientY, top, bottom);
    else scroller.scrollLeft += push(event.clientX, left, right);
  }
}
