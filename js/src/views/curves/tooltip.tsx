import { standingOf } from "../../state/standing.ts";
import { formatMetric, formatNumber, formatParameter, formatStatus } from "../format.ts";
import { formatSeconds } from "./axes.ts";
import type { PlacedPoint } from "./live-chart.ts";
import type { Scene } from "./scene.ts";

/** So many hyperparameters are listed. */
const LISTED = 8;

/** What is known of the value under the pointer. */
export function Tooltip({ scene, point }: { scene: Scene; point: PlacedPoint }) {
  const { study } = scene.data;
  const line = scene.shown.find(({ run }) => run === point.run);
  if (line === undefined) return null;
  const at = (values: Float32Array) => values[point.bucket] ?? Number.NaN;
  const [low, high] = [at(line.low), at(line.high)];
  const params = study.dimensions.flatMap(({ name }, index) => {
    const value = paramText(scene, index, point.run);
    return value === null ? [] : [[name, value] as const];
  });
  return (
    <div class="curves-tooltip" role="status" style={placeOf(point)}>
      <p class="curves-tooltip-head">
        <b>Run {point.run}</b>
        <span>{formatStatus(standingOf(scene.data, point.run))}</span>
      </p>
      <dl>
        <dt>{scene.metric}</dt>
        <dd>
          <b>{formatMetric(at(line.last))}</b>
        </dd>
        {low < high && (
          <>
            <dt>values before it</dt>
            <dd>
              {formatMetric(low)} to {formatMetric(high)}
            </dd>
          </>
        )}
        {scene.abscissa !== "run" && (
          <>
            <dt>{scene.xTitle}</dt>
            <dd>{(scene.abscissa === "time" ? formatSeconds : formatNumber)(at(line.x))}</dd>
          </>
        )}
      </dl>
      {params.length > 0 && (
        <dl class="curves-tooltip-params">
          {params.slice(0, LISTED).map(([name, value]) => (
            <>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </>
          ))}
        </dl>
      )}
      {params.length > LISTED && <p>and {params.length - LISTED} more</p>}
    </div>
  );
}

/**
 * Beside the point, where there is more space. At the top of the chart it hangs, at the bottom it
 * stands, and in between it is moved by a share of its own height: it stays inside unmeasured.
 */
function placeOf({ x, y }: PlacedPoint): string {
  const side = x > 0.5 ? `right: calc(${100 * (1 - x)}% + 14px)` : `left: calc(${100 * x}% + 14px)`;
  return `${side}; top: ${100 * y}%; transform: translateY(${-100 * y}%)`;
}

function paramText(scene: Scene, index: number, run: number): string | null {
  const dimension = scene.data.study.dimensions[index];
  const value = scene.data.rows.params[index]?.[run] ?? Number.NaN;
  if (dimension === undefined || Number.isNaN(value)) return null;
  return formatParameter(value, dimension);
}
