/** What a line is of: one of the streams of a program, or a remark of ours between them. */
export type LineKind = "stdout" | "stderr" | "note";

export type Stream = Exclude<LineKind, "note">;

export interface LogLine {
  readonly kind: LineKind;
  readonly text: string;
}

/** The oldest lines are dropped beyond these. */
const MOST_LINES = 5000;
const MOST_CHARACTERS = 400_000;
/** A line that is longer goes on in the next one. */
const LONGEST = 4000;

const ESCAPE = "\u001b";
const BELL = "\u0007";
/** What a terminal does not show: colours, the titles of windows, whatever begins with an escape. */
const SEQUENCES = new RegExp(
  `${ESCAPE}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\)|[ -/]*[0-Z\\\\^-~])`,
  "g",
);
/** The beginning of such a sequence whose end is to come. */
const UNFINISHED = new RegExp(
  `${ESCAPE}(?:\\[[0-?]{0,99}[ -/]{0,9}|\\][^${BELL}${ESCAPE}]{0,999}${ESCAPE}?|[ -/]{0,9})$`,
);
/** What ends a line or goes back in it: a line feed, a carriage return, and "erase to the end". */
const MOVES = new RegExp(`(\\n|\\r|${ESCAPE}\\[[02]?K)`);
/** All other control characters but the tab. */
const CONTROLS = /[^\P{Cc}\t]/gu;

/** Where a stream writes next. */
interface Pen {
  /** The number of the line that it has begun; null at the beginning of one. */
  line: number | null;
  column: number;
  /** What came of a sequence that is not whole yet. */
  rest: string;
}

/**
 * The text of two streams as a terminal shows it, line by line: without colours, and a progress bar
 * that goes back to the beginning of its line overwrites it.
 */
export class LogLines {
  /** Lines by their number less `first`: those before are dropped. */
  readonly lines: LogLine[] = [];
  first = 0;
  #characters = 0;
  readonly #pens: Readonly<Record<Stream, Pen>> = {
    stdout: { line: null, column: 0, rest: "" },
    stderr: { line: null, column: 0, rest: "" },
  };

  /** Take the next piece of a stream's text. */
  write(stream: Stream, piece: string): void {
    const pen = this.#pens[stream];
    const text = pen.rest + piece;
    pen.rest = UNFINISHED.exec(text)?.[0] ?? "";
    for (const part of text.slice(0, text.length - pen.rest.length).split(MOVES)) {
      if (part === "\n") this.#feed(stream, pen);
      else if (part === "\r") pen.column = 0;
      else if (MOVES.test(part)) this.#put(stream, pen, "", true);
      else this.#print(stream, pen, part.replace(SEQUENCES, "").replace(CONTROLS, ""));
    }
    this.#drop();
  }

  /** Say something in a line of its own, before what a stream will write. */
  note(stream: Stream, text: string): void {
    Object.assign(this.#pens[stream], { line: null, column: 0, rest: "" });
    this.#add({ kind: "note", text });
  }

  #feed(stream: Stream, pen: Pen): void {
    if (pen.line === null) this.#add({ kind: stream, text: "" });
    pen.line = null;
    pen.column = 0;
  }

  #print(stream: Stream, pen: Pen, text: string): void {
    for (let at = 0; at < text.length; ) {
      if (pen.column >= LONGEST) this.#feed(stream, pen);
      const part = text.slice(at, at + LONGEST - pen.column);
      this.#put(stream, pen, part, false);
      at += part.length;
    }
  }

  /** Write over what stands there, and take away the rest of the line if that is to be erased. */
  #put(stream: Stream, pen: Pen, text: string, erase: boolean): void {
    const line = pen.line === null ? undefined : this.lines[pen.line - this.first];
    const before = line?.text ?? "";
    const end = pen.column + text.length;
    const after = before.slice(0, pen.column) + text + (erase ? "" : before.slice(end));
    if (line === undefined || pen.line === null) {
      pen.line = this.#add({ kind: stream, text: after });
    } else {
      this.lines[pen.line - this.first] = { kind: stream, text: after };
      this.#characters += after.length - before.length;
    }
    pen.column = end;
  }

  #add(line: LogLine): number {
    this.#characters += line.text.length;
    return this.first + this.lines.push(line) - 1;
  }

  #drop(): void {
    let count = Math.max(this.lines.length - MOST_LINES, 0);
    for (const { text } of this.lines.slice(0, count)) this.#characters -= text.length;
    for (; this.#characters > MOST_CHARACTERS; count++) {
      this.#characters -= this.lines[count]?.text.length ?? this.#characters;
    }
    this.lines.splice(0, count);
    this.first += count;
  }
}
