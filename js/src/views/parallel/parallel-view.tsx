import type { ViewProps } from "../app.tsx";

/** Parallel coordinates. */
export function ParallelView({ session }: ViewProps) {
  return <div class="parallel">{session.store.version.value}</div>;
}
