import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { type Grade, gradeOf } from "../../gfx/colour.ts";
import { textWidth } from "../../gfx/text-width.ts";
import type { Theme } from "../../gfx/theme.ts";
import { type AxisId, axisIds, axisValues } from "../../state/axes.ts";
import type { Data } from "../../state/run-store.ts";
import type { Session } from "../../state/session.ts";
import { orderAxes } from "./axis-order.ts";
import { type AxisScale, axisScale, sameScale } from "./axis-scale.ts";
import { acrossAt, axisLength, isTurned, type Layout, layOut, type Size } from "./layout.ts";
import {
  crossings,
  type Gap,
  gapOf,
  type Levels,
  type Lines,
  levelsOf,
  sameEntries,
} from "./lines.ts";
import { sameMaps, steady } from "./steady.ts";
import { axisTicks, type Tick } from "./ticks.ts";

/** An axis that is being dragged, and where it would be put. */
export interface DraggedAxis {
  readonly axis: AxisId;
  readonly across: number;
  readonly order: readonly AxisId[];
}

/** Where the keyboard is on the chosen axis, and where the brush began that it is drawing. */
export interface BrushCursor {
  /** Parts of the axis' length. */
  readonly at: number;
  readonly anchor: number | null;
}

/** Pixels that a label takes of an axis: numbers upright, options upright, both turned. */
const NUMBER_ROOM = 42;
const OPTION_ROOM = 14;
const TURNED_ROOM = 56;

/** The height of the axes' labels. */
export const LABEL_PIXELS = 11;

/**
 * What one view of parallel coordinates shows, from the data to pixels.
 *
 * Each stage keeps its value when a live update leaves it as it was, so that only what has changed is
 * drawn anew.
 */
export class ParallelModel {
  /** The place that there is. */
  readonly size = signal<Size>({ width: 0, height: 0 });
  /** The axis that the keyboard and the line of inputs are at. */
  readonly chosen = signal<AxisId | null>(null);
  readonly cursor = signal<BrushCursor>({ at: 0.5, anchor: null });
  readonly dragged = signal<DraggedAxis | null>(null);

  /** The axes, from the first to the last. */
  readonly order: ReadonlySignal<readonly AxisId[]>;
  readonly scales: ReadonlySignal<ReadonlyMap<AxisId, AxisScale>>;
  readonly ticks: ReadonlySignal<ReadonlyMap<AxisId, readonly Tick[]>>;
  readonly layout: ReadonlySignal<Layout>;
  readonly lines: ReadonlySignal<Lines>;
  readonly levels: ReadonlySignal<Levels>;
  readonly grade: ReadonlySignal<Grade>;
  /** What the runs have that lie in the band below an axis. */
  readonly gaps: ReadonlySignal<ReadonlyMap<AxisId, Gap>>;
  /** 1 for each run that is shown; the same array while they are the same. */
  readonly mask: ReadonlySignal<Uint8Array>;
  /** Measures a label, in pixels. */
  readonly width: ReadonlySignal<(text: string) => number>;

  readonly #crossings: ReadonlySignal<ReadonlyMap<AxisId, Float32Array>>;

  constructor(
    readonly session: Session,
    theme: ReadonlySignal<Theme>,
  ) {
    const { store, linked, settings } = session;
    const perAxis = <T>(compute: (data: Data, axis: AxisId) => T): Map<AxisId, T> => {
      const data = store.data.value;
      void store.version.value;
      return new Map(data ? axisIds(data).map((axis) => [axis, compute(data, axis)]) : []);
    };
    const best = () => {
      void store.version.value;
      const rows = store.data.value?.rows;
      return { values: rows?.best ?? new Float64Array(0), count: rows?.count ?? 0 };
    };

    const chosenOrder = computed(() => {
      const data = store.data.value;
      return data === null ? [] : orderAxes(axisIds(data), settings.axes.value);
    });
    this.order = computed(() => this.dragged.value?.order ?? chosenOrder.value);
    this.scales = steady(() => perAxis(axisScale), sameMaps(sameScale));
    this.width = computed(() => textWidth(`${LABEL_PIXELS}px ${theme.value.sans}`));
    this.ticks = computed(() => this.#ticks());
    // Not of the axis that a drag puts first: the others would move with it.
    const widest = computed(() => {
      const [first] = chosenOrder.value;
      const ticks = first === undefined ? undefined : this.ticks.value.get(first);
      return Math.max(0, ...(ticks ?? []).map(({ text }) => this.width.value(text)));
    });
    this.layout = computed(() => layOut(this.size.value, this.order.value.length, widest.value));
    this.#crossings = steady(
      () =>
        perAxis((data, axis) => {
          const scale = this.scales.value.get(axis) ?? axisScale(data, axis);
          return crossings(axisValues(data, axis), data.rows.count, scale, this.layout.value);
        }),
      sameMaps(sameEntries),
    );
    this.lines = computed(() => this.#lines());
    this.gaps = steady(
      () =>
        perAxis((data, axis) => {
          const scale = this.scales.value.get(axis) ?? axisScale(data, axis);
          return gapOf(axisValues(data, axis), data.rows.count, scale);
        }),
      sameMaps((one, other) => one === other),
    );
    this.grade = computed(() => {
      const { values, count } = best();
      return gradeOf(values.subarray(0, count), store.data.value?.study.goal ?? "maximize");
    });
    this.levels = steady(
      () => {
        const { values, count } = best();
        return levelsOf(values, count, this.grade.value);
      },
      (one, other) => sameEntries(one.level, other.level),
    );
    this.mask = steady(() => linked.shown.value.mask, sameEntries);
  }

  /** Go to an axis, its middle option or its middle; or to none. */
  choose(axis: AxisId | null): void {
    const options = (axis === null ? undefined : this.scales.value.get(axis))?.options.length ?? 0;
    batch(() => {
      this.chosen.value = axis;
      this.cursor.value = {
        at: options > 0 ? (Math.floor(options / 2) + 0.5) / options : 0.5,
        anchor: null,
      };
    });
  }

  /** Where an axis is across: under the pointer while it is dragged. */
  across(axis: AxisId): number {
    const dragged = this.dragged.value;
    if (dragged?.axis === axis) return dragged.across;
    return acrossAt(this.layout.value, this.order.value.indexOf(axis));
  }

  #ticks(): ReadonlyMap<AxisId, readonly Tick[]> {
    const length = axisLength(this.size.value);
    const turned = isTurned(this.size.value);
    const room = ({ kind }: AxisScale) =>
      length / (turned ? TURNED_ROOM : kind === "choice" ? OPTION_ROOM : NUMBER_ROOM);
    const scales = [...this.scales.value];
    return new Map(scales.map(([axis, scale]) => [axis, axisTicks(scale, room(scale))]));
  }

  #lines(): Lines {
    const crossings = this.#crossings.value;
    const order = this.order.value;
    const along = order.map((axis) => crossings.get(axis) ?? new Float32Array(0));
    const across = Float32Array.from(order, (axis) => this.across(axis));
    return { across, along, count: along[0]?.length ?? 0 };
  }
}
