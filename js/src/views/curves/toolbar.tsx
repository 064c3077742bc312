import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { ComponentChildren, RefObject } from "preact";
import { useRef } from "preact/hooks";
import type { Theme } from "../../gfx/theme.ts";
import type { Session } from "../../state/session.ts";
import { useFocusHeir } from "../focus-heir.ts";
import { Key } from "./key.tsx";
import type { Scene } from "./scene.ts";
import { shownMetric } from "./shown-metric.ts";

/** The metric, the axes, and what is not in the picture. */
export function Toolbar({
  session,
  scene,
  theme,
  chart,
}: {
  session: Session;
  scene: ReadonlySignal<Scene | null>;
  theme: ReadonlySignal<Theme>;
  /** Gets the focus when a button goes that has it. */
  chart: RefObject<HTMLElement | null>;
}) {
  const { store, settings } = session;
  const { x, log, full, zoom } = settings.curves;
  // The scene is new with every change of the data: only these parts of it are drawn here.
  const positive = useComputed(() => scene.value?.positive ?? true).value;
  const outside = useComputed(() => scene.value?.y.outside ?? 0).value;
  const scatter = useComputed(() => scene.value?.abscissa === "run").value;
  const metrics = store.metrics.value.filter((name) => name !== "");
  const metric = shownMetric(session);
  return (
    <div class="curves-toolbar">
      {metrics.length > 1 ? (
        <select
          class="curves-metric"
          aria-label="Metric"
          value={metric}
          onChange={(event) => {
            settings.metric.value = event.currentTarget.value;
          }}
        >
          {metrics.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      ) : (
        <span class="curves-metric">{metric}</span>
      )}
      <button
        type="button"
        aria-pressed={log.value && positive}
        aria-disabled={!positive}
        title={positive ? "Logarithmic y axis" : "A logarithmic axis needs positive values"}
        onClick={() => {
          if (positive) log.value = !log.value;
        }}
      >
        log
      </button>
      {!scatter && (
        <button
          type="button"
          aria-pressed={x.value === "time"}
          title="Show the time since the start instead of the step"
          onClick={() => {
            x.value = x.value === "time" ? "step" : "time";
            zoom.value = null;
          }}
        >
          time
        </button>
      )}
      <Key scene={scene} theme={theme} />
      {(outside > 0 || full.value) && (
        <Chip
          chart={chart}
          pressed={full.value}
          title={
            full.value
              ? "All values are in the picture. Show 1-99 % of them, with more detail."
              : "The picture shows 1-99 % of the values. Show all."
          }
          onClick={() => {
            full.value = !full.value;
          }}
        >
          {full.value ? "full range" : `${outside} ${outside === 1 ? "run" : "runs"} outside`}
        </Chip>
      )}
      {zoom.value !== null && !scatter && (
        <Chip
          chart={chart}
          onClick={() => {
            zoom.value = null;
          }}
        >
          reset zoom
        </Chip>
      )}
    </div>
  );
}

interface ChipProps {
  readonly chart: RefObject<HTMLElement | null>;
  readonly pressed?: boolean;
  readonly title?: string;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

/** A button that is there for as long as it has a meaning. */
function Chip({ chart, pressed, title, onClick, children }: ChipProps) {
  const button = useRef<HTMLButtonElement>(null);
  useFocusHeir(button, chart);
  return (
    <button
      type="button"
      class="curves-chip"
      ref={button}
      aria-pressed={pressed}
      title={title}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
