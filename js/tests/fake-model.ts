import type { Model } from "../src/host/anywidget.ts";

type Callback = (...args: never[]) => void;

/** Stands in for anywidget's model: traits, who listens to them, and what was sent to the kernel. */
export class FakeModel implements Model {
  /** Messages that the page sent. */
  readonly sent: unknown[] = [];
  /** The traits that the page saved, as they were. */
  readonly saved: Readonly<Record<string, unknown>>[] = [];
  readonly #listeners = new Map<string, Set<Callback>>();
  readonly #traits: Record<string, unknown>;
  #unsaved: Record<string, unknown> = {};

  constructor(traits: Readonly<Record<string, unknown>>) {
    this.#traits = { ...traits };
  }

  get listeners(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  get(name: string): unknown {
    return this.#traits[name];
  }

  set(name: string, value: unknown): void {
    this.#unsaved[name] = value;
    this.#change(name, value);
  }

  save_changes(): void {
    this.saved.push(this.#unsaved);
    this.#unsaved = {};
  }

  send(content: unknown): void {
    this.sent.push(content);
  }

  on(event: string, callback: Callback): void {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(callback));
  }

  off(event: string, callback: Callback): void {
    this.#listeners.get(event)?.delete(callback);
  }

  /** Change a trait as the kernel does. */
  change(name: string, value: unknown): void {
    this.#change(name, value);
  }

  /** Hand over a message from the kernel. */
  deliver(content: unknown, buffers?: readonly unknown[]): void {
    this.#emit("msg:custom", content, buffers);
  }

  /** As Backbone does: whoever changes a trait, all are told, but only of a change. */
  #change(name: string, value: unknown): void {
    if (JSON.stringify(value) === JSON.stringify(this.#traits[name])) return;
    this.#traits[name] = value;
    this.#emit(`change:${name}`);
  }

  #emit(event: string, ...args: unknown[]): void {
    for (const callback of [...(this.#listeners.get(event) ?? [])]) callback(...(args as never[]));
  }
}
