import { signal } from "@preact/signals";
import { vi } from "vitest";
import type { Theme } from "../../../src/gfx/theme.ts";

export const theme = signal<Theme>({
  ink: "#000",
  quiet: "#555",
  paper: "#fff",
  line: "#ddd",
  accent: "#06c",
  sans: "sans-serif",
  dark: false,
});

/** Give the canvases of a test file a context that draws nothing and measures 6 px a letter. */
export function stubCanvas(): void {
  const context = new Proxy(
    {},
    {
      get: (_, name) => {
        if (name === "measureText") return (text: string) => ({ width: 6 * text.length });
        if (name === "getTransform") return () => ({ a: 1 });
        return () => {};
      },
      set: () => true,
    },
  );
  const stub = vi.spyOn(HTMLCanvasElement.prototype, "getContext");
  stub.mockReturnValue(context as never);
}
