import type { Session } from "../../state/session.ts";

/**
 * The metric whose curves are shown: the chosen one, else the primary one; of a single run the first
 * that it has logged, or none.
 */
export function shownMetric({ store, settings }: Pick<Session, "store" | "settings">): string {
  const study = store.data.value?.study;
  const [primary = "", first = ""] = store.metrics.value;
  return settings.metric.value ?? (study?.single ? first : primary);
}
