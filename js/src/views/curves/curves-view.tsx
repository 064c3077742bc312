import type { ViewProps } from "../app.tsx";

/** The curves of one metric. */
export function CurvesView({ session }: ViewProps) {
  return <div class="curves">{session.store.version.value}</div>;
}
