import type { ReadonlySignal } from "@preact/signals";
import { useComputed } from "@preact/signals";
import { colourOf } from "../../gfx/colour.ts";
import type { Theme } from "../../gfx/theme.ts";
import { formatNumber, formatStatus } from "../format.ts";
import { END_MARKS, type EndMark } from "./end-marks.ts";
import type { Scene } from "./scene.ts";

export interface KeyProps {
  readonly scene: ReadonlySignal<Scene | null>;
  readonly theme: ReadonlySignal<Theme>;
}

/** Colours of which the bar is mixed. */
const STOPS = 8;

/** What the colours, the black line and the marks at the ends mean: those that are there. */
export function Key({ scene, theme }: KeyProps) {
  const primary = useComputed(() => scene.value?.metric === scene.value?.data.study.metric).value;
  const filtered = useComputed(() => scene.value?.shown.length !== scene.value?.all.length).value;
  // A text, so that the list is drawn anew only when it differs.
  const standings = useComputed(() => (scene.value ? endings(scene.value).join("\n") : "")).value;
  return (
    <ul class="curves-key">
      <ColourBar scene={scene} theme={theme} />
      {primary && (
        <li>
          <svg viewBox="0 0 16 10" aria-hidden="true">
            <path d="M0 8H5V5H10V2H16" fill="none" stroke="currentColor" stroke-width="1.5" />
          </svg>
          {filtered ? "best so far (all runs)" : "best so far"}
        </li>
      )}
      {standings
        .split("\n")
        .flatMap((standing) => {
          const mark = END_MARKS.get(standing);
          return mark ? [{ standing, mark }] : [];
        })
        .map(({ standing, mark }) => (
          <li key={standing}>
            <svg viewBox="0 0 10 10" aria-hidden="true">
              <path
                d={PATHS[mark.shape]}
                stroke={mark.colour}
                stroke-width="2.2"
                fill={mark.shape === "square" ? mark.colour : "none"}
              />
            </svg>
            {formatStatus(standing).toLowerCase()}
          </li>
        ))}
    </ul>
  );
}

/** The colours of curves and dots, from that of the worst value of all runs to that of the best. */
function ColourBar({ scene, theme }: KeyProps) {
  const graded = useComputed(() => (scene.value?.best.length ?? 0) > 0).value;
  const worst = useComputed(() => scene.value?.reached.worst).value;
  const best = useComputed(() => scene.value?.reached.best).value;
  const metric = useComputed(() => scene.value?.data.study.metric).value;
  const shown = useComputed(() => scene.value?.metric).value;
  if (!graded || worst === undefined || best === undefined || worst === best) return null;
  const { dark } = theme.value;
  const stops = Array.from({ length: STOPS }, (_, i) => colourOf((255 * i) / (STOPS - 1), dark));
  return (
    <li title={`The colour of a run: its best value of ${metric}`}>
      {shown !== metric && `${metric} `}
      {formatNumber(Number(worst.toPrecision(3)))}{" "}
      <i class="curves-bar" style={{ background: `linear-gradient(90deg, ${stops.join(", ")})` }} />{" "}
      {formatNumber(Number(best.toPrecision(3)))}
    </li>
  );
}

const PATHS: Readonly<Record<EndMark["shape"], string>> = {
  cross: "M1.5 1.5 8.5 8.5M8.5 1.5 1.5 8.5",
  dash: "M0.5 5H9.5",
  square: "M2.6 2.6H7.4V7.4H2.6Z",
};

/** The standings of the shown runs whose ends are marked. */
function endings({ data, shown }: Scene): string[] {
  const { standing } = data.rows;
  const codes = new Set(shown.map(({ run }) => standing[run] ?? 0));
  const occurring = new Set([...codes].map((code) => data.study.standings[code]));
  return [...END_MARKS.keys()].filter((each) => occurring.has(each));
}
