import type { ReadonlySignal } from "@preact/signals";
import { useComputed } from "@preact/signals";
import { formatStatus } from "../format.ts";
import { END_MARKS, type EndMark } from "./end-marks.ts";
import type { Scene } from "./scene.ts";

/** What the black line and the marks at the ends mean: those that are there. */
export function Key({ scene }: { scene: ReadonlySignal<Scene | null> }) {
  const primary = useComputed(() => scene.value?.metric === scene.value?.data.study.metric).value;
  // A text, so that the list is drawn anew only when it differs.
  const standings = useComputed(() => (scene.value ? endings(scene.value).join("\n") : "")).value;
  return (
    <ul class="curves-key">
      {primary && (
        <li>
          <svg viewBox="0 0 16 10" aria-hidden="true">
            <path d="M0 8H5V5H10V2H16" fill="none" stroke="currentColor" stroke-width="1.5" />
          </svg>
          best so far
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
