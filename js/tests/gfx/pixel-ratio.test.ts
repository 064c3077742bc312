import { afterEach, expect, it, vi } from "vitest";
import { followPixelRatio } from "../../src/gfx/pixel-ratio.ts";

afterEach(() => vi.unstubAllGlobals());

/** A screen that a page can be moved from: its media queries are told once they no longer hold. */
class Screen {
  readonly #queries: EventTarget[] = [];
  constructor(ratio: number) {
    vi.stubGlobal("devicePixelRatio", ratio);
    vi.stubGlobal("matchMedia", (query: string) => {
      expect(query).toBe(`(resolution: ${devicePixelRatio}dppx)`);
      const asked = new EventTarget();
      this.#queries.push(asked);
      return asked;
    });
  }

  become(ratio: number): void {
    vi.stubGlobal("devicePixelRatio", ratio);
    for (const query of this.#queries.splice(0)) query.dispatchEvent(new Event("change"));
  }
}

it("follows the ratio from screen to screen, until it ends", () => {
  const screen = new Screen(1);
  const ending = new AbortController();
  const ratio = followPixelRatio(ending.signal);
  expect(ratio.value).toBe(1);
  screen.become(2);
  expect(ratio.value).toBe(2);
  screen.become(1.5);
  expect(ratio.value).toBe(1.5);
  ending.abort();
  screen.become(3);
  expect(ratio.value).toBe(1.5);
});
