import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { Session } from "../../state/session.ts";
import { Key } from "./key.tsx";
import type { Scene } from "./scene.ts";

/** The metric, the axes, and what is not in the picture. */
export function Toolbar({
  session,
  scene,
}: {
  session: Session;
  scene: ReadonlySignal<Scene | null>;
}) {
  const { store, settings } = session;
  const { x, log, full, zoom } = settings.curves;
  // The scene is new with every change of the data: only these parts of it are drawn here.
  const positive = useComputed(() => scene.value?.positive ?? true).value;
  const outside = useComputed(() => scene.value?.y.outside ?? 0).value;
  const scatter = useComputed(() => scene.value?.abscissa === "run").value;
  const metrics = store.metrics.value;
  const metric = settings.metric.value ?? store.data.value?.study.metric ?? "";
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
        disabled={!positive}
        title={positive ? "Logarithmic y axis" : "A logarithmic axis needs positive values"}
        onClick={() => {
          log.value = !log.value;
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
      <Key scene={scene} />
      {(outside > 0 || full.value) && (
        <button
          type="button"
          class="curves-chip"
          aria-pressed={full.value}
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
        </button>
      )}
      {zoom.value !== null && !scatter && (
        <button
          type="button"
          class="curves-chip"
          onClick={() => {
            zoom.value = null;
          }}
        >
          reset zoom
        </button>
      )}
    </div>
  );
}
