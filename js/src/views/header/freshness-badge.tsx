import type { RunStore } from "../../state/run-store.ts";
import { formatClock } from "../format.ts";

/** Whether what is shown is up to date; nothing once the run has ended. */
export function FreshnessBadge({ store }: { store: RunStore }) {
  switch (store.freshness.value) {
    case "live":
      return (
        <span class="header-badge" title="What is shown is up to date.">
          <i class="header-dot" />
          live
        </span>
      );
    case "stale":
      return (
        <span
          class="header-badge header-stale"
          role="status"
          title="The kernel has not been heard of since: it is busy, or it has gone."
        >
          <i class="header-dot" />
          last update {formatClock(store.heard, Date.now() / 1000)}
        </span>
      );
    default:
      return null;
  }
}
