import { vi } from "vitest";

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
