import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { Theme } from "../gfx/theme.ts";
import type { Session } from "../state/session.ts";
import { HeaderView } from "./header/header-view.tsx";
import { StatusBar } from "./header/status-bar.tsx";
import { LogsPane, OwnLogs } from "./logs/logs-pane.tsx";
import { NoRuns } from "./states/no-runs.tsx";
import { Pending } from "./states/pending.tsx";
import { Problems } from "./states/problems.tsx";
import { RunTable } from "./table/run-table.tsx";
import { ChartPanel } from "./tabs/chart-panel.tsx";
import { currentTally } from "./tally.ts";
import { VariantForm } from "./variant/variant-form.tsx";

/** What every view gets. */
export interface ViewProps {
  readonly session: Session;
  readonly theme: ReadonlySignal<Theme>;
}

/** The whole of RunDetails. */
export function App({ session, theme }: ViewProps) {
  const { store, files } = session;
  const tally = useComputed(() => currentTally(store));
  const hasRuns = useComputed(() => tally.value.runs > 0);
  const total = useComputed(() => store.head.value?.total ?? 0);
  const data = store.data.value;
  const logged = useComputed(() => files.look.value?.run ?? null).value;
  if (data === null) {
    return (
      <>
        <Problems session={session} />
        <Pending />
      </>
    );
  }
  const { single } = data.study;
  const draft = session.draft.value;
  return (
    <>
      <div class="app-top">
        <HeaderView session={session} tally={tally} />
        {!single && <StatusBar session={session} tally={tally} />}
        <Problems session={session} />
      </div>
      {single ? (
        <>
          <ChartPanel session={session} theme={theme} tally={tally} />
          <OwnLogs session={session} />
        </>
      ) : hasRuns.value ? (
        <>
          {draft !== null && <VariantForm session={session} draft={draft} />}
          {logged !== null ? (
            <LogsPane
              key={logged}
              session={session}
              run={logged}
              hidden={draft !== null}
              onClose={() => files.close()}
            />
          ) : (
            draft === null && <ChartPanel session={session} theme={theme} tally={tally} />
          )}
          <section class="app-table" style={{ "--runs": total.value }}>
            <div class="app-fill">
              <RunTable session={session} tally={tally} />
            </div>
          </section>
        </>
      ) : (
        <NoRuns session={session} />
      )}
    </>
  );
}
