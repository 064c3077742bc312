import { type Head, parseHead } from "./head.ts";
import { count, list, mismatch, number, object, oneOf, text } from "./json.ts";
import type { Position } from "./position.ts";
import { parseStudy, type Study } from "./study.ts";

/**
 * A whole state of a study, or what has changed since the message before.
 *
 * A delta takes the state of `number - 1` to that of `number`, a snapshot is the state of `number`.
 */
export interface Message extends Position {
  readonly type: "snapshot" | "delta";
  /** The kernel's clock, in UTC epoch seconds. */
  readonly time: number;
  readonly head: Head;
  /** The description of the run where it is another one than the widget began with; else null. */
  readonly study: Study | null;
  /** The metrics that have curves, after the primary one, which is there before it is logged. */
  readonly metrics: readonly string[];
  /** Why runs ended as they did, by number: all in a snapshot, new ones in a delta. */
  readonly notes: ReadonlyMap<number, string>;
  /** Rows as `Rows.unpack` takes them. */
  readonly rows: DataView;
  /** Whole curves in a snapshot, points in a delta. */
  readonly curves: DataView;
}

/**
 * Check a message.
 *
 * @throws TypeError naming the field, what it must be and what came.
 */
export function parseMessage(raw: unknown, buffers: readonly unknown[]): Message {
  const json = object("message", raw);
  return {
    type: oneOf("message.type", json.type, ["snapshot", "delta"]),
    epoch: count("message.epoch", json.epoch),
    number: count("message.number", json.number),
    time: number("message.time", json.time),
    head: parseHead(json.head),
    study: json.study === undefined ? null : parseStudy(json.study),
    metrics: list("message.metrics", json.metrics, text),
    notes: parseNotes(json.notes),
    rows: bytes("rows", buffers[0]),
    curves: bytes("curves", buffers[1]),
  };
}

function parseNotes(raw: unknown): ReadonlyMap<number, string> {
  const entries = Object.entries(object("message.notes", raw));
  return new Map(
    entries.map(([run, note]) => {
      if (!/^\d+$/.test(run)) throw mismatch("message.notes", "keyed by run numbers", run);
      return [Number(run), text(`message.notes.${run}`, note)];
    }),
  );
}

/** Return a buffer as hosts hand it over: an ArrayBuffer, or a view of a part of one. */
export function bytes(name: string, buffer: unknown): DataView {
  if (buffer instanceof ArrayBuffer) return new DataView(buffer);
  if (ArrayBuffer.isView(buffer)) {
    return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }
  throw new TypeError(`The message's ${name} must be bytes, but got ${typeof buffer}.`);
}
