import type { ViewProps } from "../app.tsx";

/** Name, status, progress. */
export function HeaderView({ session }: ViewProps) {
  return <div class="header">{session.store.version.value}</div>;
}
