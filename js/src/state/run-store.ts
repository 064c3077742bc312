import { batch, type ReadonlySignal, signal } from "@preact/signals";
import { Backlog } from "./backlog.ts";
import { Curves } from "./curves.ts";
import { errorMessage } from "./error-message.ts";
import type { Head } from "./head.ts";
import { type Message, parseMessage } from "./message.ts";
import { Patience } from "./patience.ts";
import { compare, type Position } from "./position.ts";
import { Rows } from "./rows.ts";
import { isFinal } from "./standing.ts";
import { parseStudy, type Study } from "./study.ts";

/** A study with what is known of it: the columns change in place, and `version` tells when. */
export interface Data {
  readonly study: Study;
  readonly rows: Rows;
  readonly curves: Curves;
}

/**
 * Whether what is shown is up to date: nothing came yet; messages come; none came for too long (a
 * dead or a busy kernel); there are no more to come.
 */
export type Freshness = "pending" | "live" | "stale" | "ended";

/** Without a message for so long, the kernel having said that it sends one every 2 s. */
const STALE_SECONDS = 7;
/** A snapshot is asked for once more after so long at least, and at most. */
const LEAST_PAUSE = 4;
const MOST_PAUSE = 60;
/** `now` moves in such steps: a timer of a second is not exact, and messages are not equally fast. */
const NOW_SECONDS = 0.9;

/**
 * What the page knows of one HyperDrive run.
 *
 * A host feeds it, views read it; neither knows the other. There is one per widget, shared by all of
 * the widget's views. Deltas are applied in the order of their numbers, each wholly or not at all: one
 * that comes too early waits, and what is older than the state is ignored. Where something is missing
 * or malformed, or nothing comes any more, a snapshot is asked for, with patience.
 */
export class RunStore {
  readonly #data = signal<Data | null>(null);
  readonly #head = signal<Head | null>(null);
  readonly #metrics = signal<readonly string[]>([]);
  readonly #version = signal(0);
  readonly #problem = signal<string | null>(null);
  readonly #freshness = signal<Freshness>("pending");
  readonly #now = signal(0);
  readonly #resync: () => void;
  readonly #patience = new Patience(LEAST_PAUSE, MOST_PAUSE);
  readonly #backlog = new Backlog();
  #study: Study | null = null;
  #position: Position | null = null;
  /** Whether only a snapshot helps. */
  #lost = true;
  #heard = 0;
  /** Kernel's clock less the page's, in seconds. */
  #ahead = 0;

  /** @param resync asks the kernel for a snapshot. */
  constructor(resync: () => void) {
    this.#resync = resync;
  }

  /** What there is to draw; null before the first snapshot, and new only with another one. */
  get data(): ReadonlySignal<Data | null> {
    return this.#data;
  }

  get head(): ReadonlySignal<Head | null> {
    return this.#head;
  }

  /** The metrics that have curves, after the primary one, which is there before it is logged. */
  get metrics(): ReadonlySignal<readonly string[]> {
    return this.#metrics;
  }

  /** Counts the changes of rows and curves; read it to be told of them. */
  get version(): ReadonlySignal<number> {
    return this.#version;
  }

  /** What went wrong; the last good data stays. */
  get problem(): ReadonlySignal<string | null> {
    return this.#problem;
  }

  get freshness(): ReadonlySignal<Freshness> {
    return this.#freshness;
  }

  /**
   * The time by the kernel's clock, in UTC epoch seconds: moves about once a second, and stands when
   * the run has ended, or while nothing is heard of it.
   */
  get now(): ReadonlySignal<number> {
    return this.#now;
  }

  /** When the kernel was last heard of, by the page's clock in epoch seconds. */
  get heard(): number {
    return this.#heard;
  }

  /** Take the description of the run; `null` or `undefined` means that nothing was sent yet. */
  describe(raw: unknown): void {
    if (raw === null || raw === undefined) return;
    try {
      this.#study = parseStudy(raw);
    } catch (error) {
      this.fail(errorMessage(error));
    }
  }

  /**
   * Take a snapshot or a delta.
   *
   * @param seconds when the kernel was heard of by it, by the page's clock in epoch seconds.
   */
  receive(raw: unknown, buffers: readonly unknown[], seconds: number): void {
    this.#heard = seconds;
    batch(() => {
      try {
        const message = parseMessage(raw, buffers);
        this.#ahead = message.time - seconds;
        this.#take(message);
      } catch (error) {
        this.#lost = true;
        this.fail(errorMessage(error));
      }
      this.tick(seconds);
    });
  }

  /** Show a fault that the kernel, or a host, reports. */
  fail(message: string): void {
    this.#problem.value = message;
  }

  /** Note that time has passed, by the page's clock in epoch seconds. */
  tick(seconds: number): void {
    const before = this.#freshness.peek();
    const freshness = this.#judge(seconds);
    const now = seconds + this.#ahead;
    batch(() => {
      this.#freshness.value = freshness;
      const stands = freshness === "stale" || (before === "ended" && freshness === "ended");
      if (!stands && Math.abs(now - this.#now.peek()) >= NOW_SECONDS) this.#now.value = now;
    });
    // A stale page asks, too: what was lost may have been the last message.
    if (this.#study !== null && (this.#lost || freshness === "stale")) this.#ask(seconds);
  }

  #judge(seconds: number): Freshness {
    const head = this.#head.peek();
    if (head === null) return "pending";
    if (isFinal(head.status)) return "ended";
    return seconds - this.#heard > STALE_SECONDS ? "stale" : "live";
  }

  #ask(seconds: number): void {
    if (!this.#patience.isOver(seconds)) return;
    try {
      this.#resync();
    } catch (error) {
      this.#lost = true; // until a snapshot comes, this is what is wrong, such as "Kernel is dead"
      this.fail(errorMessage(error));
    }
  }

  /** @throws TypeError or RangeError when a message cannot be; what it said is not taken then. */
  #take(message: Message): void {
    if (this.#study === null) {
      const reason = this.#problem.peek() ?? "A message came before the description of its run.";
      throw new TypeError(reason);
    }
    if (message.type === "delta") this.#backlog.add(message);
    else if (this.#isNews(message)) this.#restart(message.study ?? this.#study, message);
    for (let next = this.#next(); next !== undefined; next = this.#next()) this.#follow(next);
    if (!this.#backlog.empty) this.#lost = true;
  }

  /** A snapshot of the very state that is shown helps where something was malformed. */
  #isNews(snapshot: Message): boolean {
    if (this.#position === null) return true;
    const order = compare(snapshot, this.#position);
    return order > 0 || (order === 0 && this.#lost);
  }

  #next(): Message | undefined {
    return this.#position === null ? undefined : this.#backlog.next(this.#position);
  }

  #restart(study: Study, snapshot: Message): void {
    const data = { study, rows: new Rows(study.dimensions.length), curves: new Curves(study) };
    data.curves.checkMetrics(snapshot.metrics);
    data.curves.metrics = snapshot.metrics;
    data.rows.check(snapshot.rows, study);
    data.rows.unpack(snapshot.rows);
    data.curves.unpackCurves(snapshot.curves, data.rows.count);
    this.#data.value = data;
    this.#problem.value = null;
    this.#lost = false;
    this.#patience.answered();
    this.#settle(data, snapshot);
    this.#version.value += 1;
  }

  #follow(delta: Message): void {
    const data = this.#data.peek();
    if (data === null) return;
    const { study, rows, curves } = data;
    curves.checkMetrics(delta.metrics);
    curves.checkPoints(delta.curves, delta.metrics.length, rows.check(delta.rows, study));
    curves.metrics = delta.metrics;
    rows.unpack(delta.rows);
    curves.unpackPoints(delta.curves);
    this.#settle(data, delta);
    // The kernel also sends deltas that only say that it lives.
    if (delta.rows.byteLength + delta.curves.byteLength + delta.notes.size > 0)
      this.#version.value += 1;
  }

  #settle(data: Data, message: Message): void {
    for (const [run, note] of message.notes) data.rows.notes.set(run, note);
    // Not the message itself: it would keep its buffers.
    this.#position = { epoch: message.epoch, number: message.number };
    if (differ(message.head, this.#head.peek())) this.#head.value = message.head;
    if (differ(message.metrics, this.#metrics.peek())) this.#metrics.value = message.metrics;
  }
}

function differ(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) !== JSON.stringify(b);
}
