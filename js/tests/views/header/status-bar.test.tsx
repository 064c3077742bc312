import { signal } from "@preact/signals";
import { act } from "preact/test-utils";
import { expect, it } from "vitest";
import { StatusBar } from "../../../src/views/header/status-bar.tsx";
import { NO_RUNS, type Tally } from "../../../src/views/tally.ts";
import { digits, manyRuns, session } from "../../samples.ts";
import { button, click, draw, send } from "../drawing.ts";

const counted: Tally = { ...NO_RUNS, runs: 10, done: 8, counts: { Running: 2, Completed: 8 } };

async function shown() {
  const watched = session(digits, manyRuns(10, 5));
  await send(watched, 1, {}); // of 40 runs that there will be
  const tally = signal(counted);
  const place = await draw(<StatusBar session={watched} tally={tally} />);
  return { watched, tally, place };
}

it("draws each standing's share of all runs that there will be", async () => {
  const { place } = await shown();
  const parts = [...place.querySelectorAll<HTMLElement>(".statusbar-bar i")];
  expect(parts.map((part) => [part.className, part.style.width])).toEqual([
    ["tone-completed", "20%"],
    ["tone-running", "5%"],
  ]);
  expect(place.querySelector('[role="progressbar"]')?.getAttribute("aria-valuenow")).toBe("8");
});

it("filters by the standings that are pressed", async () => {
  const { watched, place } = await shown();
  const completed = button(place, /^8\s*Completed$/);
  expect(completed.getAttribute("aria-pressed")).toBe("false");
  await click(completed);
  expect(completed.getAttribute("aria-pressed")).toBe("true");
  expect([...watched.linked.standings.value]).toEqual(["Completed"]);
  await click(completed);
  expect(watched.linked.standings.value.size).toBe(0);
});

it("keeps a pressed standing that no run has any more, until it is let go", async () => {
  const { tally, place } = await shown();
  await click(button(place, /Running/));
  await act(() => {
    tally.value = { ...counted, done: 10, counts: { Completed: 10 } };
  });
  const gone = button(place, /^0\s*Running$/);
  expect(gone.getAttribute("aria-pressed")).toBe("true");
  gone.focus();
  await click(gone);
  expect(gone.isConnected).toBe(false);
  expect(place.contains(document.activeElement)).toBe(true);
});

it("says how many runs a filter shows, and clears it, whatever it consists of", async () => {
  const { watched, place } = await shown();
  expect(place.querySelector(".statusbar-chip")).toBeNull();
  await act(() => watched.linked.brush("metric", [{ low: 5, high: 6 }]));
  const chip = button(place, /^0 of 10 shown: clear the filter$/);
  await click(chip);
  expect(watched.linked.filtered.value).toBe(false);
  expect(place.querySelector(".statusbar-chip")).toBeNull();
  expect(place.contains(document.activeElement)).toBe(true);
});
