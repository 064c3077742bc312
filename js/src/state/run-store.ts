import { type ReadonlySignal, signal } from "@preact/signals";
import { type Headline, parseHeadline } from "./headline.ts";

/** What the views draw: nothing yet, the data, or what went wrong beside the last good data. */
export type HeadlineState =
  | { readonly kind: "pending" }
  | { readonly kind: "ready"; readonly headline: Headline }
  | { readonly kind: "error"; readonly message: string; readonly headline: Headline | null };

/**
 * What the page knows of one HyperDrive run.
 *
 * A host feeds it, views read it; neither knows the other. There is one per widget, shared by all of
 * the widget's views.
 */
export class RunStore {
  readonly #state = signal<HeadlineState>({ kind: "pending" });

  get state(): ReadonlySignal<HeadlineState> {
    return this.#state;
  }

  /** Take what the host sent; `null` or `undefined` means that nothing was sent yet. */
  receive(raw: unknown): void {
    if (raw === null || raw === undefined) return;
    try {
      this.#state.value = { kind: "ready", headline: parseHeadline(raw) };
    } catch (error) {
      const last = this.#state.value;
      this.#state.value = {
        kind: "error",
        message: error instanceof Error ? error.message : String(error),
        headline: last.kind === "pending" ? null : last.headline,
      };
    }
  }
}
