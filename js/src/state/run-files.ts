import { batch, type ReadonlySignal, signal } from "@preact/signals";
import { formatBytes } from "./byte-size.ts";
import { errorMessage } from "./error-message.ts";
import { count, flag, list, mismatch, object, optional, text } from "./json.ts";
import { LogLines, type Stream } from "./log-lines.ts";
import { bytes } from "./message.ts";
import { type Proposal, parseProposal } from "./proposal.ts";

/** A file of a run: its path in the run's folder, and its size in bytes. */
export interface RunFile {
  readonly name: string;
  readonly size: number;
}

/** How far an answer is: asked for, coming, whole, and not to be expected because nobody is there. */
export type Answer = "asked" | "live" | "whole" | "none";

/** What is known of the run that a person looks at, beside its text. */
export interface Look {
  /** The run's number. */
  readonly run: number;
  readonly answer: Answer;
  readonly files: readonly RunFile[];
  /** Whether there are more files than these. */
  readonly more: boolean;
  /** Why it was proposed; null when the sampler has not said. */
  readonly proposal: Proposal | null;
  /** Why nothing more comes; null when that is well. */
  readonly problem: string | null;
}

const STREAMS: readonly Stream[] = ["stdout", "stderr"];

/** The log and the files of the run that a person looks at; there is one at a time. */
export class RunFiles {
  readonly #look = signal<Look | null>(null);
  readonly #version = signal(0);
  readonly #ask: (run: number, watch: boolean) => void;
  #lines = new LogLines();
  #ends = [0, 0];
  #decoders: TextDecoder[] = [];

  /** @param ask has the kernel send a run's files, or no longer; throws when there is no kernel. */
  constructor(ask: (run: number, watch: boolean) => void) {
    this.#ask = ask;
  }

  /** What is looked at, or null. */
  get look(): ReadonlySignal<Look | null> {
    return this.#look;
  }

  /** What the run has printed; another one whenever it begins anew. */
  get lines(): LogLines {
    return this.#lines;
  }

  /** Counts the changes of the lines; read it to be told of them. */
  get version(): ReadonlySignal<number> {
    return this.#version;
  }

  /** Look at a run. */
  open(run: number): void {
    batch(() => {
      this.#restart();
      this.#look.value = {
        run,
        answer: "asked",
        files: [],
        more: false,
        proposal: null,
        problem: null,
      };
      if (!this.#send(run, true)) this.#change({ answer: "none" });
    });
  }

  close(): void {
    const look = this.#look.peek();
    this.#look.value = null;
    if (look !== null) this.#send(look.run, false);
  }

  /**
   * Take what the kernel says of a run's files (hdwidget/widget/run_files.py).
   *
   * `begin` is true in the first message after it was asked. `from` says where in its file each piece of
   * text begins. `files` is null when they are what they were, and so is `proposal`. When the run has
   * `ended`, nothing more comes. A message of another run came too late.
   */
  receive(raw: unknown, buffers: readonly unknown[]): void {
    batch(() => {
      try {
        const json = object("files", raw);
        const look = this.#look.peek();
        if (look === null || json.run !== look.run) return;
        if (json.problem !== undefined) throw new Error(text("files.problem", json.problem));
        if (json.begin === true) this.#restart();
        else if (look.answer === "asked") return; // it is of an earlier question
        const from = list("files.from", json.from, count);
        STREAMS.forEach((stream, index) => {
          this.#write(stream, index, from[index] ?? 0, bytes(stream, buffers[index]));
        });
        const proposal = optional("files.proposal", json.proposal, parseProposal);
        this.#change({
          answer: flag("files.ended", json.ended) ? "whole" : "live",
          files: json.files === null ? look.files : list("files.files", json.files, parseFile),
          more: flag("files.more", json.more),
          proposal: proposal ?? look.proposal,
        });
        this.#version.value += 1;
      } catch (error) {
        this.#change({ problem: errorMessage(error) });
      }
    });
  }

  #change(changes: Partial<Look>): void {
    const look = this.#look.peek();
    if (look !== null) this.#look.value = { ...look, ...changes };
  }

  /** Return whether there was anybody to send it to. */
  #send(run: number, watch: boolean): boolean {
    try {
      this.#ask(run, watch);
      return true;
    } catch {
      return false;
    }
  }

  #write(stream: Stream, index: number, from: number, piece: DataView): void {
    if (piece.byteLength === 0) return;
    const end = this.#ends[index] ?? 0;
    if (from !== end) {
      const missing = `${formatBytes(from - end)} of ${stream} left out`;
      this.#lines.note(stream, from > end ? missing : `${stream} begins anew`);
      delete this.#decoders[index];
    }
    // A character may be in two pieces.
    const decoder = this.#decoders[index] ?? new TextDecoder();
    this.#decoders[index] = decoder;
    this.#lines.write(stream, decoder.decode(piece, { stream: true }));
    this.#ends[index] = from + piece.byteLength;
  }

  #restart(): void {
    this.#lines = new LogLines();
    this.#ends = [0, 0];
    this.#decoders = [];
    this.#version.value += 1;
  }
}

function parseFile(field: string, raw: unknown): RunFile {
  if (!Array.isArray(raw)) throw mismatch(field, "a name and a size", raw);
  return { name: text(`${field}[0]`, raw[0]), size: count(`${field}[1]`, raw[1]) };
}
