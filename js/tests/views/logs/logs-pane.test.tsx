import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RunFiles } from "../../../src/state/run-files.ts";
import type { Session } from "../../../src/state/session.ts";
import { LogsPane } from "../../../src/views/logs/logs-pane.tsx";
import { digits, running, session, snapshot } from "../../samples.ts";
import { button, click, draw, press, send } from "../drawing.ts";

const row = { number: 3, standing: "Running", params: [0.1, 1, 0] };
const rows = [0, 1, 2, 3].map((number) => ({ ...row, number }));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  // A frame comes at once.
  vi.stubGlobal("requestAnimationFrame", (draw: FrameRequestCallback) => {
    draw(0);
    return 0;
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function opened(files = new RunFiles(() => {}), onClose: (() => void) | null = vi.fn()) {
  const watched: Session = { ...session(digits, snapshot(digits, { rows })), files };
  files.open(3);
  const close = onClose === null ? {} : { onClose };
  const place = await draw(<LogsPane session={watched} run={3} {...close} />);
  return { watched, place, onClose };
}

async function say(files: RunFiles, text: string, over: object = {}): Promise<void> {
  const content = { run: 3, begin: true, from: [0, 0], files: [], more: false, ended: false };
  const proposal = null;
  await act(() => {
    files.receive({ type: "files", ...content, proposal, ...over }, [
      new TextEncoder().encode(text),
      new Uint8Array(0),
    ]);
  });
}

const alert = (place: ParentNode) => place.querySelector('[role="alert"]')?.textContent ?? null;

it("shows how the run stands, its text and its files", async () => {
  const { watched, place } = await opened();
  expect(place.textContent).toMatch(/Logs of run 3.*Running.*Reading…/);
  await say(watched.files, "", { files: [] });
  expect(place.textContent).toMatch("It has printed nothing yet.");
  const files = [
    ["logs/stdout.txt", 4],
    ["outputs/<img src=x>.pt", 3_200_000],
  ];
  await say(watched.files, "one\n", { files });
  expect(place.querySelector('[role="log"]')?.textContent).toBe("one");
  expect(place.textContent).not.toMatch("printed nothing");
  expect([...place.querySelectorAll("li")].map(({ textContent }) => textContent)).toEqual([
    "logs/stdout.txt4 B",
    "outputs/<img src=x>.pt3.2 MB",
  ]);
  expect(place.querySelector("img")).toBeNull();
  await send(watched, 1, { rows: [{ ...row, standing: "Failed" }] });
  expect(place.textContent).toMatch(/Logs of run 3.*Failed/);
});

it("says when a run has printed nothing at all, and when there are too many files", async () => {
  const { watched, place } = await opened();
  await say(watched.files, "", { files: [["logs/a.txt", 1]], more: true, ended: true });
  expect(place.textContent).toMatch("It has printed nothing.");
  expect(place.textContent).toMatch("The first 1 files");
});

it("takes the focus, and gives it back when it is closed, by Escape as by the button", async () => {
  const opener = document.createElement("button");
  document.body.append(opener);
  for (const way of ["Escape", "button"]) {
    opener.focus();
    const { place, onClose } = await opened();
    expect(document.activeElement).toBe(place.querySelector('[role="log"]'));
    if (way === "button") await click(button(place, /Close the logs/));
    else {
      const event = await press(place.querySelector('[role="log"]') as Element, "Escape");
      expect(event.defaultPrevented).toBe(true); // else it would leave the widget
    }
    expect(onClose).toHaveBeenCalledOnce();
    expect(document.activeElement).toBe(opener);
  }
  opener.remove();
});

it("takes no focus from another view of the widget", async () => {
  const opener = document.createElement("button");
  const host = document.createElement("div");
  document.body.append(opener, host);
  opener.focus();
  const root = host.attachShadow({ mode: "open" });
  const files = new RunFiles(() => {});
  const watched = { ...session(digits, snapshot(digits, { rows })), files };
  await act(() => render(<LogsPane session={watched} run={3} onClose={vi.fn()} />, root));
  expect(root.querySelector('[role="log"]')).not.toBeNull();
  expect(document.activeElement).toBe(opener);
  await act(() => render(null, root));
  opener.remove();
  host.remove();
});

it("where it is there for good, leaves the focus alone, and Escape to the widget", async () => {
  const { place } = await opened(new RunFiles(() => {}), null);
  expect(document.activeElement).toBe(document.body);
  expect(place.querySelector("button")).toBeNull();
  const event = await press(place.querySelector('[role="log"]') as Element, "Escape");
  expect(event.defaultPrevented).toBe(false);
});

it("says that no kernel is there, and where the logs are", async () => {
  const files = new RunFiles(() => {
    throw new Error("Kernel is dead");
  });
  const { place } = await opened(files);
  expect(alert(place)).toMatch(/^No kernel answers\./);
  expect(alert(place)).toMatch('get_run("HD_6b1c_3").get_details()["logFiles"]');
  expect(place.textContent).not.toMatch("Reading…");
});

it("says that the kernel takes its time, until it answers", async () => {
  const { watched, place } = await opened();
  await act(() => void vi.advanceTimersByTime(1900));
  expect(alert(place)).toBeNull();
  await act(() => void vi.advanceTimersByTime(200));
  expect(alert(place)).toMatch(/^The kernel is busy, or gone\./);
  await say(watched.files, "one\n");
  expect(alert(place)).toBeNull();
});

it("shows why nothing more comes, and keeps the text", async () => {
  const { watched, place } = await opened();
  await say(watched.files, "one\n");
  await act(() => watched.files.receive({ run: 3, problem: "disk I/O error" }, []));
  expect(alert(place)).toBe("disk I/O error");
  expect(place.querySelector('[role="log"]')?.textContent).toBe("one");
});

describe("why a configuration was proposed", () => {
  const why = (place: ParentNode) => place.querySelector(".logs-why")?.textContent ?? null;
  const expected = { predicted: 0.93, deviation: 0.0104, expected_improvement: 0.002 };

  it("shows what was expected beside what came of it", async () => {
    const { watched, place } = await opened();
    expect(why(place)).toBeNull();
    await say(watched.files, "", { proposal: { origin: "model", ...expected } });
    const prediction =
      "Why this configuration: predicted accuracy 0.930 ± 0.010, expected improvement 0.002";
    expect(why(place)).toBe(prediction);
    await send(watched, 1, { rows: [{ ...row, best: 0.91 }] });
    expect(why(place)).toBe(`${prediction}; so far 0.91000`);
    await send(watched, 2, { rows: [{ ...row, best: 0.9412, standing: "Stopped by policy" }] });
    expect(why(place)).toBe(`${prediction}; reached 0.94120`);
  });

  it.each([
    [{ origin: "initial" }, /: initial design, which covers the space before there is a model$/],
    [{ origin: "model" }, /: chosen by the model$/],
    [{ origin: "model", predicted: 12.5 }, /: predicted accuracy 12\.500$/],
  ])("leaves out what is not known: %j", async (known, text) => {
    const nothing = { predicted: null, deviation: null, expected_improvement: null };
    const { watched, place } = await opened();
    await say(watched.files, "", { proposal: { ...nothing, ...known } });
    expect(why(place)).toMatch(text);
  });

  it("is not there where the sampler has not said", async () => {
    const { watched, place } = await opened();
    await say(watched.files, "one\n");
    expect(why(place)).toBeNull();
  });
});

describe("what can be done with a run", () => {
  async function pane(standing: string, head: object = running) {
    const give = vi.fn();
    const files = new RunFiles(() => {});
    const ofIt = rows.map((each) => ({ ...each, standing }));
    const watched = { ...session(digits, snapshot(digits, { head, rows: ofIt }), { give }), files };
    files.open(3);
    const place = await draw(<LogsPane session={watched} run={3} onClose={vi.fn()} />);
    return { give, watched, place };
  }

  it.each([
    ["Running", /^Cancel run$/, "cancel"],
    ["Queued", /^Cancel run$/, "cancel"],
    ["Stopped by policy", /^Resume$/, "resume"],
    ["Failed", /^Resume$/, "resume"],
    ["Canceled", /^Resume$/, "resume"],
  ])("when it is %s", async (standing, label, type) => {
    const { give, place } = await pane(standing);
    await click(button(place, label));
    expect(give).toHaveBeenCalledExactlyOnceWith({ type, run: 3 });
  });

  it("is only a variant of it when it is completed, and nothing without a kernel", async () => {
    const { place } = await pane("Completed");
    expect(place.querySelectorAll(".logs-commands button")).toHaveLength(1);
    const { place: report } = await opened();
    expect(report.querySelector(".logs-commands")).toBeNull();
  });

  it("waits with a resume until there is room, and looks at its files again", async () => {
    const { watched, place } = await pane("Stopped by policy");
    await say(watched.files, "one\n", { ended: true });
    await click(button(place, /^Resume$/));
    await act(() => {
      const fields = new Map();
      watched.answer.value = { command: "resume", run: 3, accepted: true, message: null, fields };
    });
    await act(() => void vi.advanceTimersByTime(60_000));
    expect(place.textContent).toContain("Resuming…");
    expect(watched.files.look.value?.answer).toBe("whole");
    await send(watched, 1, { rows: [{ ...row, standing: "Queued" }] });
    expect(button(place, /^Cancel run$/).getAttribute("aria-disabled")).toBe("false");
    expect(watched.files.look.value?.answer).toBe("asked");
  });

  it("is nothing while the search ends, and a resume again when it has", async () => {
    const { give, watched, place } = await pane("Failed", { ...running, reason: "user" });
    await click(button(place, /^Resume$/));
    expect(give).not.toHaveBeenCalled();
    await send(watched, 1, { head: { ...running, status: "Canceled", reason: "user" } });
    await click(button(place, /^Resume$/));
    expect(give).toHaveBeenCalledOnce();
  });

  it("opens the form with its values", async () => {
    const { watched, place } = await pane("Completed");
    await click(button(place, /Try a variant…/));
    expect(watched.draft.value?.from).toBe(3);
  });
});
