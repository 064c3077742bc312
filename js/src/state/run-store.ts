import { batch, type ReadonlySignal, signal } from "@preact/signals";
import { Curves } from "./curves.ts";
import type { Head } from "./head.ts";
import { type Message, parseMessage } from "./message.ts";
import { Rows } from "./rows.ts";
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
/** So many deltas at most wait for their snapshot. */
const WAITING = 1000;

const FINAL: ReadonlySet<string> = new Set(["Completed", "Failed", "Canceled"]);

/** Whether a run with this status, or this standing, has ended. */
export function isFinal(standing: string): boolean {
  return FINAL.has(standing) || standing === "Stopped by policy";
}

/**
 * What the page knows of one HyperDrive run.
 *
 * A host feeds it, views read it; neither knows the other. There is one per widget, shared by all of
 * the widget's views. Deltas are applied in the order of their numbers: one that comes before its
 * snapshot waits, a gap asks for a new snapshot, and what is older than the state is ignored.
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
  #study: Study | null = null;
  #position: { readonly epoch: number; readonly number: number } | null = null;
  #waiting: Message[] = [];
  #heard = 0;
  /** Kernel's clock less the page's, in seconds. */
  #ahead = 0;

  /** @param resync asks the kernel for a snapshot. */
  constructor(resync: () => void) {
    this.#resync = resync;
  }

  /** What there is to draw; null before the first snapshot, and new only with a new epoch. */
  get data(): ReadonlySignal<Data | null> {
    return this.#data;
  }

  get head(): ReadonlySignal<Head | null> {
    return this.#head;
  }

  /** The metrics that have been logged, the primary one first. */
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

  /** The time by the kernel's clock, in UTC epoch seconds; moves about once a second. */
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
    this.#guard(() => {
      this.#study = parseStudy(raw);
    });
  }

  /**
   * Take a snapshot or a delta.
   *
   * @param seconds when it came, by the page's clock in epoch seconds.
   */
  receive(raw: unknown, buffers: readonly unknown[], seconds: number): void {
    this.#guard(() => {
      const message = parseMessage(raw, buffers);
      this.#heard = seconds;
      this.#ahead = message.time - seconds;
      batch(() => {
        if (message.type === "snapshot") this.#restart(message);
        else this.#follow(message);
        this.tick(seconds);
      });
    });
  }

  /** Show a fault that the kernel, or a host, reports. */
  fail(message: string): void {
    this.#problem.value = message;
  }

  /** Note that time has passed, by the page's clock in epoch seconds. */
  tick(seconds: number): void {
    const head = this.#head.value;
    this.#now.value = seconds + this.#ahead;
    if (head === null) return;
    const silent = seconds - this.#heard > STALE_SECONDS;
    this.#freshness.value = isFinal(head.status) ? "ended" : silent ? "stale" : "live";
  }

  #restart(snapshot: Message): void {
    const at = this.#position;
    if (at !== null && snapshot.epoch === at.epoch && snapshot.number < at.number) return;
    if (at !== null && snapshot.epoch < at.epoch) return;
    const study = this.#study;
    if (study === null) throw new TypeError("A snapshot came before the description of its run.");
    const data = { study, rows: new Rows(study.dimensions.length), curves: new Curves(study) };
    data.curves.metrics = snapshot.metrics;
    data.rows.unpack(snapshot.rows);
    data.curves.unpackCurves(snapshot.curves);
    this.#data.value = data;
    this.#problem.value = null;
    this.#settle(data, snapshot);
    const waiting = this.#waiting.filter(({ epoch }) => epoch >= snapshot.epoch);
    this.#waiting = [];
    for (const delta of waiting) this.#follow(delta);
  }

  #follow(delta: Message): void {
    const at = this.#position;
    const data = this.#data.value;
    if (
      at !== null &&
      (delta.epoch < at.epoch || (delta.epoch === at.epoch && delta.number <= at.number))
    )
      return;
    if (at === null || data === null || delta.epoch > at.epoch || delta.number > at.number + 1) {
      if (this.#waiting.length === 0 || this.#waiting.length >= WAITING) {
        this.#waiting = [];
        this.#resync();
      }
      this.#waiting.push(delta);
      return;
    }
    data.curves.metrics = delta.metrics;
    data.rows.unpack(delta.rows);
    data.curves.unpackPoints(delta.curves);
    this.#settle(data, delta);
  }

  #settle(data: Data, message: Message): void {
    for (const [run, note] of message.notes) data.rows.notes.set(run, note);
    this.#position = { epoch: message.epoch, number: message.number };
    this.#head.value = message.head;
    if (message.metrics.length !== this.#metrics.value.length)
      this.#metrics.value = message.metrics;
    this.#version.value += 1;
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.fail(error instanceof Error ? error.message : String(error));
    }
  }
}
