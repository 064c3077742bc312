import { effect, type ReadonlySignal, useComputed } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { onceAFrame } from "../../gfx/frames.ts";
import type { Data } from "../../state/run-store.ts";
import type { Session } from "../../state/session.ts";
import type { Tally } from "../tally.ts";
import { orderRuns, sortKeys } from "./order.ts";

/** What the table shows at one moment. */
export interface Arrangement {
  readonly data: Data;
  /** Of the data, whose columns change in place. */
  readonly version: number;
  /** The numbers of the runs that are shown, from top to bottom. */
  readonly order: Uint32Array;
  /** The incumbent; null while no run has a value. */
  readonly best: number | null;
}

/** Arrange anew once in a frame in which something has changed; null while there is no data. */
export function useArrangement(session: Session, tally: ReadonlySignal<Tally>): Arrangement | null {
  const { store, linked, settings } = session;
  // Sorted once for all filters: a brush that moves leaves the order as it is.
  const sorted = useComputed(() => {
    const data = store.data.value;
    const version = store.version.value;
    if (data === null) return null;
    const everyRun = new Uint8Array(data.rows.count).fill(1);
    const keys = sortKeys(data, settings.sort.value, store.now.peek());
    return { data, version, order: orderRuns(everyRun, keys) };
  });
  const arrange = (): Arrangement | null => {
    if (sorted.value === null) return null;
    const { mask } = linked.shown.value;
    const order = sorted.value.order.filter((run) => mask[run]);
    return { ...sorted.value, order, best: tally.value.best };
  };
  const [arrangement, setArrangement] = useState(arrange);
  useEffect(() => {
    const ending = new AbortController();
    const update = onceAFrame(() => setArrangement(arrange()), ending.signal);
    const stop = effect(() => {
      void [sorted.value, linked.shown.value];
      update();
    });
    return () => {
      stop();
      ending.abort();
    };
  }, [session, tally]);
  return arrangement;
}
