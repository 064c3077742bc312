import { describe, expect, it } from "vitest";
import { parseMessage } from "../../src/state/message.ts";
import { delta, digits, running } from "../samples.ts";

const { content, buffers } = delta(digits, {
  number: 3,
  notes: { 0: "slack 0.2 fell short" },
  rows: [{ number: 0, standing: "Running", params: [1, 2, 3] }],
});

it("takes over what the kernel says", () => {
  const message = parseMessage(content, buffers);
  expect(message).toMatchObject({ type: "delta", epoch: 1, number: 3, metrics: ["accuracy"] });
  expect(message.head).toEqual(running);
  expect([...message.notes]).toEqual([[0, "slack 0.2 fell short"]]);
  expect([message.rows.byteLength, message.curves.byteLength]).toEqual([88, 0]);
});

describe("takes bytes", () => {
  const padded = new Uint8Array([9, 9, 9, 1, 2, 3, 4, 9]);
  it.each([
    ["an ArrayBuffer", padded.slice(3, 7).buffer],
    ["a DataView of a part of one", new DataView(padded.buffer, 3, 4)],
    ["a misaligned Uint8Array", padded.subarray(3, 7)],
  ])("in %s", (_, part) => {
    const { rows } = parseMessage(content, [part, new ArrayBuffer(0)]);
    expect([rows.byteLength, rows.getUint32(0, true)]).toEqual([4, 0x04030201]);
  });
});

it.each([
  [{ type: "news" }, '`message.type` must be one of snapshot, delta, but got "news".'],
  [{ epoch: null }, "`message.epoch` must be a whole number >= 0, but got null."],
  [{ number: -1 }, "`message.number` must be a whole number >= 0, but got -1."],
  [{ time: "now" }, '`message.time` must be a number, but got "now".'],
  [{ head: null }, "`head` must be an object, but got null."],
  [{ head: { ...running, ended: "soon" } }, '`head.ended` must be a number, but got "soon".'],
  [{ metrics: ["accuracy", 1] }, "`message.metrics[1]` must be a text, but got 1."],
  [{ notes: { a: "b" } }, '`message.notes` must be keyed by run numbers, but got "a".'],
  [{ notes: { 1: 2 } }, "`message.notes.1` must be a text, but got 2."],
])("says which field is wrong: %j", (wrong, message) => {
  expect(() => parseMessage({ ...content, ...wrong }, buffers)).toThrow(new TypeError(message));
});

it.each([[[]], [[new ArrayBuffer(0)]], [[new ArrayBuffer(0), "AAAA"]]])(
  "needs its two buffers: %j",
  (wrong) => {
    expect(() => parseMessage(content, wrong)).toThrow(
      /must be bytes, but got (undefined|string)\./,
    );
  },
);
