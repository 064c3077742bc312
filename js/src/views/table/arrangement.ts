import { effect, type ReadonlySignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { onceAFrame } from "../../gfx/canvas.ts";
import type { Data } from "../../state/run-store.ts";
import type { Session } from "../../state/session.ts";
import type { Tally } from "../tally.ts";
import { orderRuns, sortKeys } from "./order.ts";

/** What the table shows at one moment. */
export interface Arrangement {
  readonly data: Data;
  /** The numbers of the runs that are shown, from top to bottom. */
  readonly order: Uint32Array;
  /** The incumbent; null while no run has a value. */
  readonly best: number | null;
}

/** Filter and sort; null while there is no data. */
export function arrange(
  { store, linked, settings }: Session,
  tally: ReadonlySignal<Tally>,
): Arrangement | null {
  const data = store.data.value;
  void store.version.value;
  if (data === null) return null;
  const keys = sortKeys(data, settings.sort.value, store.now.peek());
  return { data, order: orderRuns(linked.shown.value.mask, keys), best: tally.value.best };
}

/** Arrange anew once in a frame in which something has changed. */
export function useArrangement(session: Session, tally: ReadonlySignal<Tally>): Arrangement | null {
  const [arrangement, setArrangement] = useState(() => arrange(session, tally));
  useEffect(() => {
    const ending = new AbortController();
    const update = onceAFrame(() => setArrangement(arrange(session, tally)), ending.signal);
    const stop = effect(() => {
      const { store, linked, settings } = session;
      void [store.data.value, store.version.value, linked.shown.value, settings.sort.value];
      update();
    });
    return () => {
      stop();
      ending.abort();
    };
  }, [session, tally]);
  return arrangement;
}
