import type { ViewProps } from "../app.tsx";

/** The table of runs. */
export function RunTable({ session }: ViewProps) {
  return <div class="table">{session.store.version.value}</div>;
}
