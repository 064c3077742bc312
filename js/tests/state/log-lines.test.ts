import { expect, it } from "vitest";
import { LogLines } from "../../src/state/log-lines.ts";

const ESC = "\u001b";

/** The lines of what is written to stdout, in these pieces. */
function printed(...pieces: string[]): string[] {
  const log = new LogLines();
  for (const piece of pieces) log.write("stdout", piece);
  return log.lines.map(({ text }) => text);
}

it("goes on in the line that a piece has begun", () => {
  expect(printed("epoch", " 1\nepo", "ch 2", "\n", "\n\nend")).toEqual([
    ...["epoch 1", "epoch 2", "", "", "end"],
  ]);
});

it.each([
  ["colours", [`${ESC}[1;31mbad${ESC}[0m news`], "bad news"],
  ["the title of a window", [`${ESC}]0;title\u0007text`], "text"],
  ["a title that ends otherwise", [`${ESC}]0;title${ESC}\\text`], "text"],
  ["what is in two pieces", ["a", `b${ESC}`, "[3", "1mc"], "abc"],
  ["a character set", [`${ESC}(Btext`], "text"],
  ["bells and other controls, but for tabs", ["a\u0007\u0000\u009b\tb"], "a\tb"],
])("leaves out %s", (_, pieces, text) => {
  expect(printed(...pieces)).toEqual([text]);
});

it("has progress bars overwrite their line, and a shorter text only what it covers", () => {
  expect(printed("\r 10%|#   |", "\r 50%|##  |\r100%|####|\ndone\n")).toEqual([
    "100%|####|",
    "done",
  ]);
  expect(printed("abcdef\rXY")).toEqual(["XYcdef"]);
  expect(printed(`loading 100%\r${ESC}[Kdone\r\nnext`)).toEqual(["done", "next"]);
});

it("keeps the lines of two streams apart", () => {
  const log = new LogLines();
  log.write("stderr", " 10%");
  log.write("stdout", "epoch 1\n");
  log.write("stderr", "\r 20%");
  log.write("stdout", "epoch 2\n");
  expect(log.lines).toEqual([
    { kind: "stderr", text: " 20%" },
    { kind: "stdout", text: "epoch 1" },
    { kind: "stdout", text: "epoch 2" },
  ]);
});

it("puts a remark in a line of its own, after which a stream begins another one", () => {
  const log = new LogLines();
  log.write("stdout", `half${ESC}[`);
  log.note("stdout", "3 kB left out");
  log.write("stdout", "31 done");
  expect(log.lines.map(({ kind, text }) => [kind, text])).toEqual([
    ["stdout", "half"],
    ["note", "3 kB left out"],
    ["stdout", "31 done"],
  ]);
});

it("drops the oldest lines, and numbers the others as before", () => {
  const log = new LogLines();
  log.write("stderr", "0%");
  const lines = Array.from({ length: 7000 }, (_, line) => `line ${line}\n`);
  for (const line of lines) log.write("stdout", line);
  expect(log.lines).toHaveLength(5000);
  expect([log.first, log.lines[0]?.text]).toEqual([2001, "line 2000"]);
  log.write("stderr", "\r9%"); // its line is gone
  expect(log.lines.at(-1)).toEqual({ kind: "stderr", text: "9%" });
});

it("keeps few of long lines, and breaks one that has no end", () => {
  const log = new LogLines();
  for (let piece = 0; piece < 50; piece++) log.write("stdout", "x".repeat(60_000));
  expect(log.lines.every(({ text }) => text.length <= 4000)).toBe(true);
  expect(log.lines.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(400_000);
  expect(log.first + log.lines.length).toBe(750);
});
