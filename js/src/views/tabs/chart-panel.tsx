import { type ReadonlySignal, useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Tab } from "../../state/settings.ts";
import type { ViewProps } from "../app.tsx";
import { CurvesView } from "../curves/curves-view.tsx";
import { shownMetric } from "../curves/shown-metric.ts";
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

/** The charts, of which only the chosen one is there; of a single run there are curves only. */
export function ChartPanel({ session, theme, tally }: ChartPanelProps) {
  const { settings, store } = session;
  const tab = useComputed<Tab>(() => {
    const axes = store.data.value?.study.dimensions.length ?? 0;
    const comparable = axes > 0 && tally.value.done >= WORTH_COMPARING;
    return settings.tab.value ?? (comparable ? "parallel" : "curves");
  });
  const done = useComputed(() => tally.value.done > 0);
  const single = useComputed(() => store.data.value?.study.single ?? false).value;
  const unlogged = useComputed(() =>
    single ? store.metrics.value.length < 2 : tally.value.logged === 0,
  );
  /** Whether there is a chart; else that the metric is not logged stands in its place, not above it. */
  const drawn = useComputed(() => {
    const primary = store.data.value?.study.metric;
    return !unlogged.value || tab.value !== "curves" || shownMetric(session) !== primary;
  });
  const panel = useRef<HTMLDivElement>(null);
  const noMetric = unlogged.value && (
    <NoMetric session={session} done={done.value} onShow={() => panel.current?.focus()} />
  );
  const choose = (chosen: Tab) => {
    settings.tab.value = chosen;
  };
  /** What somebody works with does not go away under their hands. */
  const pin = () => choose(tab.value);
  const Chart = tab.value === "curves" ? CurvesView : ParallelView;
  return (
    <section class="tabs-panel">
      {!single && <Tabs label="Charts" tabs={TABS} current={tab.value} onChoose={choose} />}
      {drawn.value && done.value && noMetric}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only notes that somebody is at work */}
      <div
        id="tabpanel"
        class="chart"
        ref={panel}
        tabIndex={-1}
        {...(!single && { role: "tabpanel", "aria-labelledby": `tab-${tab.value}` })}
        onPointerDown={pin}
        onKeyDown={pin}
        onFocusIn={pin}
      >
        <div class="app-fill">
          {drawn.value ? (
            <Chart session={session} theme={theme} />
          ) : (
            <div class="tabs-nothing">{noMetric}</div>
          )}
        </div>
      </div>
    </section>
  );
}
