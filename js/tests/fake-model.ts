import type { Model } from "../src/host/anywidget.ts";

/** Stands in for anywidget's model: one trait, and who listens to it. */
export class FakeModel implements Model {
  readonly #listeners = new Map<string, Set<() => void>>();
  #headline: unknown;

  constructor(headline: unknown) {
    this.#headline = headline;
  }

  get listeners(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  get(name: string): unknown {
    return name === "headline" ? this.#headline : undefined;
  }

  on(event: string, callback: () => void): void {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(callback));
  }

  off(event: string, callback: () => void): void {
    this.#listeners.get(event)?.delete(callback);
  }

  /** Change the trait as the kernel does. */
  send(headline: unknown): void {
    this.#headline = headline;
    for (const callback of this.#listeners.get("change:headline") ?? []) callback();
  }
}
