import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LogLines } from "../../../src/state/log-lines.ts";
import { RunFiles } from "../../../src/state/run-files.ts";
import { type Drawn, drawLines, showLog } from "../../../src/views/logs/log-text.ts";

const LINE = 18;
const VIEW = 90;
const HOSTILE = "</script><img src=x onerror=alert(1)>";

let box: HTMLElement;
let frames: FrameRequestCallback[];
let lifetime: AbortController;

beforeEach(() => {
  box = document.createElement("div");
  document.body.append(box);
  // Without a layout: each line has a height, and the box has one.
  Object.defineProperty(box, "scrollHeight", { get: () => LINE * box.children.length });
  Object.defineProperty(box, "clientHeight", { value: VIEW, configurable: true });
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (draw: FrameRequestCallback) => frames.push(draw));
  lifetime = new AbortController();
});

afterEach(() => {
  lifetime.abort();
  frame();
  box.remove();
  vi.unstubAllGlobals();
});

function frame(): void {
  for (const draw of frames.splice(0)) draw(0);
}

const texts = () => [...box.children].map(({ textContent }) => textContent);

describe("drawing", () => {
  const nothing = (): Drawn => ({ log: null, first: 0, lines: [] });

  it("shows hostile texts as they are, and of what they are", () => {
    const log = new LogLines();
    log.write("stdout", "fine\n");
    log.write("stderr", `${HOSTILE}\n`);
    drawLines(box, nothing(), log);
    expect(texts()).toEqual(["fine", HOSTILE]);
    expect(box.querySelector("img")).toBeNull();
    expect(box.children[1]?.className).toBe("logs-line is-stderr");
  });

  it("touches only what changes", () => {
    const [log, drawn] = [new LogLines(), nothing()];
    log.write("stdout", "one\n");
    log.write("stderr", "10%");
    drawLines(box, drawn, log);
    const [one, bar] = box.children;
    const text = one?.firstChild;
    log.write("stderr", "\r20%");
    log.write("stdout", "two\n");
    drawLines(box, drawn, log);
    expect(texts()).toEqual(["one", "20%", "two"]);
    expect([box.children[0], box.children[1]]).toEqual([one, bar]);
    expect(one?.firstChild).toBe(text);
  });

  it("takes dropped lines away, and begins anew with another log", () => {
    const [log, drawn] = [new LogLines(), nothing()];
    const write = (from: number, to: number) => {
      for (let line = from; line < to; line++) log.write("stdout", `${line}\n`);
    };
    write(0, 5000);
    expect(drawLines(box, drawn, log)).toBe(0);
    write(5000, 5010);
    expect(drawLines(box, drawn, log)).toBe(10 * LINE);
    expect([texts()[0], texts().at(-1), texts().length]).toEqual(["10", "5009", 5000]);
    write(5010, 20_000); // none of what is there remains
    drawLines(box, drawn, log);
    expect([texts()[0], texts().at(-1)]).toEqual(["15000", "19999"]);
    const other = new LogLines();
    other.write("stdout", "other");
    drawLines(box, drawn, other);
    expect(texts()).toEqual(["other"]);
  });
});

describe("following", () => {
  const following = signal(true);
  let files: RunFiles;
  let printed: number;

  beforeEach(() => {
    following.value = true;
    printed = 0;
    files = new RunFiles(() => {});
    files.open(0);
    showLog(box, files, following, lifetime.signal);
    print(20);
  });

  function print(lines: number): void {
    const text = Array.from({ length: lines }, (_, line) => `${line}\n`).join("");
    const from = [printed, 0];
    const content = {
      type: "files",
      run: 0,
      begin: printed === 0,
      from,
      more: false,
      proposal: null,
    };
    files.receive({ ...content, files: null, ended: false }, [
      new TextEncoder().encode(text),
      new Uint8Array(0),
    ]);
    printed += text.length;
    frame();
  }

  function scroll(top: number): void {
    box.scrollTop = top;
    box.dispatchEvent(new Event("scroll"));
  }

  it("keeps the end in sight", () => {
    expect(box.scrollTop).toBe(20 * LINE);
    print(5);
    expect(box.scrollTop).toBe(25 * LINE);
  });

  it("leaves alone who has scrolled up, until the end is reached again", () => {
    scroll(100);
    print(5);
    expect([following.value, box.scrollTop]).toEqual([false, 100]);
    scroll(25 * LINE - VIEW);
    print(5);
    expect([following.value, box.scrollTop]).toEqual([true, 30 * LINE]);
  });

  it("jumps to the end when asked to", () => {
    scroll(100);
    following.value = true;
    expect(box.scrollTop).toBe(20 * LINE);
  });

  it("keeps what is read where it is when lines before it are dropped", () => {
    print(4980);
    scroll(1000 * LINE);
    print(10);
    expect(box.scrollTop).toBe(990 * LINE);
  });

  it("does not take being out of the page for scrolling", () => {
    Object.defineProperty(box, "clientHeight", { value: 0 });
    scroll(0);
    expect(following.value).toBe(true);
  });
});
