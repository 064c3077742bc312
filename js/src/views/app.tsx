import type { ReadonlySignal } from "@preact/signals";
import type { Theme } from "../gfx/theme.ts";
import type { Session } from "../state/session.ts";
import { CurvesView } from "./curves/curves-view.tsx";
import { HeaderView } from "./header/header-view.tsx";
import { ParallelView } from "./parallel/parallel-view.tsx";
import { RunTable } from "./table/run-table.tsx";

/** What every view gets. */
export interface ViewProps {
  readonly session: Session;
  readonly theme: ReadonlySignal<Theme>;
}

/** The whole of RunDetails. */
export function App({ session, theme }: ViewProps) {
  const tab = session.settings.tab.value ?? "curves";
  const Chart = tab === "curves" ? CurvesView : ParallelView;
  return (
    <>
      <HeaderView session={session} theme={theme} />
      <Chart session={session} theme={theme} />
      <RunTable session={session} theme={theme} />
    </>
  );
}
