import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { Tab } from "../../state/settings.ts";
import type { ViewProps } from "../app.tsx";
import { CurvesView } from "../curves/curves-view.tsx";
import { ParallelView } from "../parallel/parallel-view.tsx";
import { NoMetric } from "../states/no-metric.tsx";
import type { Tally } from "../tally.ts";
import { Tabs } from "./tabs.tsx";

const TABS = [
  ["curves", "Curves"],
  ["parallel", "Parallel"],
] as const;

/** So many runs must have ended before comparing them tells more than their curves. */
const WORTH_COMPARING = 2;

export interface ChartPanelProps extends ViewProps {
  readonly tally: ReadonlySignal<Tally>;
}

/** The charts, of which only the chosen one is there. */
export function ChartPanel({ session, theme, tally }: ChartPanelProps) {
  const { settings, store } = session;
  const tab = useComputed<Tab>(
    () => settings.tab.value ?? (tally.value.done >= WORTH_COMPARING ? "parallel" : "curves"),
  );
  const logged = useComputed(() => tally.value.logged > 0);
  const done = useComputed(() => tally.value.done > 0);
  const drawn = useComputed(() => {
    const metric = settings.metric.value ?? store.data.value?.study.metric;
    return logged.value || tab.value !== "curves" || metric !== store.data.value?.study.metric;
  });
  const choose = (chosen: Tab) => {
    settings.tab.value = chosen;
  };
  /** What somebody works with does not go away under their hands. */
  const pin = () => choose(tab.value);
  const Chart = tab.value === "curves" ? CurvesView : ParallelView;
  return (
    <section class="tabs-panel">
      <Tabs label="Charts" tabs={TABS} current={tab.value} onChoose={choose} />
      {drawn.value && done.value && !logged.value && <NoMetric session={session} done />}
      <div
        id="tabpanel"
        class="chart"
        role="tabpanel"
        aria-labelledby={`tab-${tab.value}`}
        onPointerDown={pin}
        onKeyDown={pin}
        onFocusIn={pin}
      >
        <div class="app-fill">
          {drawn.value ? (
            <Chart session={session} theme={theme} />
          ) : (
            <div class="tabs-nothing">
              <NoMetric session={session} done={done.value} />
            </div>
          )}
        </div>
      </div>
    </section>
  );
}
