import { beforeEach, expect, it, vi } from "vitest";
import { RunFiles } from "../../src/state/run-files.ts";

const ask = vi.fn<(run: number, watch: boolean) => void>();
let files: RunFiles;

beforeEach(() => {
  ask.mockReset();
  files = new RunFiles(ask);
});

interface Said {
  readonly out?: string | Uint8Array<ArrayBuffer>;
  readonly err?: string;
  readonly [field: string]: unknown;
}

function say({ out = "", err = "", ...fields }: Said): void {
  const bytes = (text: string | Uint8Array<ArrayBuffer>) =>
    typeof text === "string" ? new TextEncoder().encode(text) : text;
  const content = { run: 3, begin: false, from: [0, 0], files: null, more: false, ended: false };
  files.receive({ type: "files", ...content, proposal: null, ...fields }, [bytes(out), bytes(err)]);
}

const lines = () => files.lines.lines.map(({ kind, text }) => `${kind}: ${text}`);
const answer = () => files.look.value?.answer;

it("asks for one run at a time, and for none in the end", () => {
  files.close();
  files.open(3);
  files.open(4);
  files.close();
  expect(ask.mock.calls).toEqual([
    [3, true],
    [4, true],
    [4, false],
  ]);
  expect(files.look.value).toBeNull();
});

it("goes from the answer to the end of the run", () => {
  files.open(3);
  expect(answer()).toBe("asked");
  const version = files.version.value;
  say({ begin: true, out: "one\n", err: "bad\n", files: [["logs/stdout.txt", 4]] });
  expect(answer()).toBe("live");
  expect(files.version.value).toBeGreaterThan(version);
  say({ from: [4, 4], out: "two\n", ended: true });
  expect(answer()).toBe("whole");
  expect(lines()).toEqual(["stdout: one", "stderr: bad", "stdout: two"]);
  expect(files.look.value?.files).toEqual([{ name: "logs/stdout.txt", size: 4 }]);
});

it("puts a character together that came in two pieces", () => {
  const [e, acute] = new TextEncoder().encode("é");
  files.open(3);
  say({ begin: true, out: new Uint8Array([e ?? 0]) });
  say({ from: [1, 0], out: new Uint8Array([acute ?? 0, 0x0a]) });
  expect(lines()).toEqual(["stdout: é"]);
});

it("says what was left out, and that a file begins anew", () => {
  files.open(3);
  say({ begin: true, from: [3_200_000, 0], out: "a\n" });
  say({ from: [3_264_002, 0], out: "b\n" });
  say({ from: [0, 0], out: "c\n" });
  expect(lines()).toEqual([
    "note: 3.2 MB of stdout left out",
    "stdout: a",
    "note: 64 kB of stdout left out",
    "stdout: b",
    "note: stdout begins anew",
    "stdout: c",
  ]);
});

it("takes nothing of another run, nor what answers an earlier question", () => {
  files.open(3);
  say({ run: 4, begin: true, out: "of another\n" });
  say({ from: [40, 0], out: "late\n" });
  expect([answer(), lines()]).toEqual(["asked", []]);
  say({ begin: true, out: "first\n" });
  files.open(3);
  expect(lines()).toEqual([]);
  files.close();
  say({ begin: true, out: "closed\n" });
  expect([files.look.value, lines()]).toEqual([null, []]);
});

it("says that nobody is there to answer", () => {
  ask.mockImplementation(() => {
    throw new Error("Kernel is dead");
  });
  files.open(3);
  expect(answer()).toBe("none");
  expect(() => files.close()).not.toThrow();
});

it("shows a problem, and keeps what it has", () => {
  files.open(3);
  say({ begin: true, out: "one\n" });
  files.receive({ type: "files", run: 3, problem: "disk I/O error" }, []);
  expect(files.look.value?.problem).toBe("disk I/O error");
  say({ from: "nowhere" });
  expect(files.look.value?.problem).toBe('`files.from` must be a list, but got "nowhere".');
  say({ files: [["logs/stdout.txt", -1]] });
  expect(files.look.value?.problem).toMatch("`files.files[0][1]` must be a whole number");
  expect(lines()).toEqual(["stdout: one"]);
});

it("keeps why the run was proposed, and forgets it with the run", () => {
  files.open(3);
  const numbers = { predicted: 0.93, deviation: 0.01, expected_improvement: 0.002 };
  say({ begin: true, proposal: { origin: "model", ...numbers } });
  say({ out: "one\n" });
  expect(files.look.value?.proposal).toEqual({
    origin: "model",
    predicted: 0.93,
    deviation: 0.01,
    improvement: 0.002,
  });
  files.open(4);
  expect(files.look.value?.proposal).toBeNull();
});

it("says what is wrong with a proposal", () => {
  files.open(3);
  say({ begin: true, proposal: { origin: "model", predicted: "high" } });
  expect(files.look.value?.problem).toBe(
    '`files.proposal.predicted` must be a number, but got "high".',
  );
});
