import { count, type Json, object, optional, text } from "./json.ts";

/** What a person can ask of the kernel (hdwidget/widget/commands.py); `run` is one of the search's, by its number. */
export type Command =
  | { readonly type: "cancel" | "resume"; readonly run?: number }
  | { readonly type: "pause" | "continue" }
  /** A configuration: a number for each dimension, of a choice the option's index; null where it is not taken. */
  | { readonly type: "enqueue"; readonly values: readonly (number | null)[] }
  /** So many runs, or minutes, more than there are. */
  | { readonly type: "extend"; readonly runs: number }
  | { readonly type: "extend"; readonly minutes: number };

/** What the kernel says to a command. */
export interface Answer {
  readonly command: string;
  readonly run: number | null;
  readonly accepted: boolean;
  /** What there is to say of one that was accepted, or why it was refused; null for nothing. */
  readonly message: string | null;
  /** What is wrong with single values of a configuration, by their dimensions. */
  readonly fields: ReadonlyMap<number, string>;
}

/** What is said of a command that was not carried out. */
export const NOT_DONE: Readonly<Record<Command["type"], string>> = {
  cancel: "Not canceled",
  resume: "Not resumed",
  pause: "Not paused",
  continue: "Not continued",
  enqueue: "Not run",
  extend: "Not extended",
};

/** Carries commands to the kernel. */
export interface Commands {
  give(command: Command): void;
}

/** Whether an answer is to a command. */
export function isAnswerTo(command: Command, answer: Answer): boolean {
  const run = "run" in command ? (command.run ?? null) : null;
  return answer.command === command.type && answer.run === run;
}

/** @throws TypeError naming the field, what it must be and what came. */
export function parseAnswer(raw: unknown): Answer {
  const json: Json = object("answer", raw);
  const accepted = json.type === "accepted";
  return {
    command: text("answer.command", json.command),
    run: optional("answer.run", json.run, count),
    accepted,
    message: accepted
      ? optional("answer.note", json.note, text)
      : optional("answer.message", json.message, text),
    fields: accepted ? new Map() : parseFields(json.fields),
  };
}

function parseFields(raw: unknown): ReadonlyMap<number, string> {
  const entries = Object.entries(object("answer.fields", raw));
  return new Map(
    entries.map(([field, problem]) => [Number(field), text("answer.fields", problem)]),
  );
}
