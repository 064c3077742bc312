import type { Session } from "../../state/session.ts";
import { isFinal } from "../../state/standing.ts";
import { spaceText } from "../space-text.ts";

/** What there is to see before the first run: the search space. */
export function NoRuns({ session }: { session: Session }) {
  const { data, head } = session.store;
  if (data.value === null || head.value === null) return null;
  const { study } = data.value;
  const over = isFinal(head.value.status);
  return (
    <section class={over ? "states-empty" : "states-empty states-waiting"}>
      <h3>{over ? "No run was started" : `Waiting for the first run (0/${head.value.total})`}</h3>
      <table class="states-space">
        <caption>Search space</caption>
        <tbody>
          {study.dimensions.map((dimension) => (
            <tr key={dimension.name}>
              <th scope="row">{dimension.name}</th>
              <td>{spaceText(dimension)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="states-plan">
        {study.sampler} · {study.policy} · {study.concurrent} at a time · {study.goal}{" "}
        <code>{study.metric}</code>
      </p>
    </section>
  );
}
