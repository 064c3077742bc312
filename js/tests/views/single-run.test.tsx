import { act } from "preact/test-utils";
import { beforeEach, expect, it, vi } from "vitest";
import { RunFiles } from "../../src/state/run-files.ts";
import type { Session } from "../../src/state/session.ts";
import { App } from "../../src/views/app.tsx";
import { CREATED, delta, running, session, single, snapshot } from "../samples.ts";
import { button, click, draw, theme } from "./drawing.ts";

vi.mock("../../src/views/curves/curves-view.tsx", () => ({ CurvesView: () => <b>curves</b> }));

const row = { number: 0, standing: "Running", params: [] };
const ask = vi.fn<(run: number, watch: boolean) => void>();
let watched: Session;
let place: HTMLElement;

beforeEach(async () => {
  ask.mockReset();
  const cancel = vi.fn();
  const fed = session(single, snapshot(single, { rows: [row], metrics: [""] }), { give: cancel });
  watched = { ...fed, files: new RunFiles(ask) };
  place = await draw(<App session={watched} theme={theme} />);
});

async function send(number: number, state: Parameters<typeof delta>[1]): Promise<void> {
  const { content, buffers } = delta(single, { number, ...state });
  await act(() => watched.store.receive(content, buffers, CREATED + 60));
}

it("has neither tabs nor a table, and nothing that counts runs", () => {
  expect(place.querySelector('[role="tab"], [role="grid"], [role="progressbar"]')).toBeNull();
  expect(place.textContent).not.toMatch(/Best|Runs done/);
  expect(place.textContent).toMatch(/digits.*Running.*Elapsed/);
});

it("shows its curves as soon as there is a metric", async () => {
  expect(place.textContent).toMatch("Waiting for the first value.");
  await send(1, {
    rows: [row],
    metrics: ["", "loss"],
    points: [{ run: 0, metric: 1, seq: 0, value: 0.5 }],
  });
  expect(place.textContent).toMatch(/curves.*Logs/);
  expect(place.textContent).not.toMatch("Waiting for");
});

it("says that it has logged nothing when it has ended so", async () => {
  const head = { ...running, status: "Completed" };
  await send(1, { head, metrics: [""], rows: [{ ...row, standing: "Completed" }] });
  expect(place.textContent).toMatch("The run has logged no metric.");
});

it("has its logs open from the beginning, for good", () => {
  expect(place.querySelector('[role="alert"]')).toBeNull();
  expect(ask.mock.calls).toEqual([[0, true]]);
  expect(place.querySelector('[role="log"]')).not.toBeNull();
  expect(document.activeElement).toBe(document.body);
});

it("asks whether to cancel it, and not all runs", async () => {
  await click(button(place, /^Cancel$/));
  expect(place.querySelector('[role="alertdialog"]')?.textContent).toBe(
    "Cancel the run?Cancel itKeep going",
  );
});
