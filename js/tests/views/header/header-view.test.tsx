import { signal } from "@preact/signals";
import { act } from "preact/test-utils";
import { afterEach, expect, it, vi } from "vitest";
import { HeaderView } from "../../../src/views/header/header-view.tsx";
import { NO_RUNS, type Tally } from "../../../src/views/tally.ts";
import { CREATED, digits, manyRuns, running, session, snapshot } from "../../samples.ts";
import { button, click, draw, send } from "../drawing.ts";

afterEach(() => {
  vi.useRealTimers();
});

const tally = (values: Partial<Tally>) => signal({ ...NO_RUNS, ...values });

it("says how the run stands, how far it is, and since when", async () => {
  const watched = session(digits, snapshot(digits));
  const place = await draw(<HeaderView session={watched} tally={tally({ done: 12 })} />);
  expect(place.querySelector("h2")?.textContent).toBe("digits");
  expect(place.textContent).toContain("Running");
  expect(place.textContent).toContain("12 / 40");
  expect(place.textContent).toContain("Elapsed59 s");
  await act(() => watched.store.tick(CREATED + 62));
  expect(place.textContent).toContain("Elapsed1 min 01 s");
});

it("stops the clock at the end and says why it ended", async () => {
  const head = { ...running, status: "Canceled", reason: "user", ended: CREATED + 31 };
  const watched = session(digits, snapshot(digits, { head }));
  const place = await draw(<HeaderView session={watched} tally={tally({})} />);
  await act(() => watched.store.tick(CREATED + 5000));
  expect(place.textContent).toContain("Canceled (user)");
  expect(place.textContent).toContain("Elapsed30 s");
  expect(place.textContent).not.toContain("live");
});

it("selects the best run on a click", async () => {
  const watched = session(digits, manyRuns(3, 5));
  const place = await draw(<HeaderView session={watched} tally={tally({ best: 2 })} />);
  const best = button(place, /run 2/);
  await click(best);
  expect([...watched.linked.selection.value]).toEqual([2]);
  expect(best.getAttribute("aria-pressed")).toBe("true");
});

it("shows a live view as live, and one without news with the time of the last", async () => {
  vi.useFakeTimers({ now: 1000 * (CREATED + 100), toFake: ["Date"] });
  const watched = session(digits, snapshot(digits));
  const place = await draw(<HeaderView session={watched} tally={tally({})} />);
  expect(place.querySelector(".header-badge")?.textContent).toBe("live");
  await act(() => watched.store.tick(CREATED + 100));
  expect(place.querySelector(".header-badge")?.textContent).toMatch(/^last update \d\d:\d\d$/);
  vi.setSystemTime(1000 * (CREATED + 3 * 86_400));
  await act(() => watched.store.tick(CREATED + 3 * 86_400));
  const later = await draw(<HeaderView session={watched} tally={tally({})} />);
  expect(later.querySelector(".header-badge")?.textContent).toMatch(
    /^last update Nov 1\d, \d\d:\d\d$/,
  );
  await send(watched, 1, {}, CREATED + 101);
  expect(place.querySelector(".header-badge")?.textContent).toBe("live");
});

it("writes a hostile name as text", async () => {
  const study = { ...digits, experiment: "</script><img src=x onerror=alert(1)>" };
  const place = await draw(
    <HeaderView session={session(study, snapshot(study))} tally={tally({})} />,
  );
  expect(place.querySelector("img")).toBeNull();
  expect(place.querySelector("h2")?.textContent).toBe(study.experiment);
});
