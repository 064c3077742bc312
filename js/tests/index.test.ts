import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import widget from "../src/index.ts";
import { FakeModel } from "./fake-model.ts";
import { digits } from "./samples.ts";

let lifetime: AbortController;

beforeEach(() => {
  lifetime = new AbortController();
});

afterEach(() => {
  lifetime.abort();
  document.body.replaceChildren();
});

/** Show one view of a widget, as anywidget does. */
function show(module: ReturnType<typeof widget>, signal = lifetime.signal): ShadowRoot {
  const el = document.body.appendChild(document.createElement("div"));
  module.render({ el, signal });
  const root = el.firstElementChild?.shadowRoot;
  if (!root) throw new Error("The view has no shadow root.");
  return root;
}

function open(headline: unknown): { model: FakeModel; root: ShadowRoot } {
  const model = new FakeModel(headline);
  const module = widget();
  module.initialize({ model, signal: lifetime.signal });
  return { model, root: show(module) };
}

function texts(root: ShadowRoot, selector: string): (string | undefined)[] {
  return [...root.querySelectorAll(selector)].map((node) => node.textContent?.trim());
}

describe("the headline", () => {
  it("shows name, status, progress, counts and the incumbent", () => {
    const { root } = open(digits);
    expect(texts(root, "h2")).toEqual(["digits"]);
    expect(texts(root, "[role=status]")).toEqual(["Running"]);
    expect(texts(root, ".done")).toEqual(["27 of 40 runs done"]);
    expect(texts(root, ".counts li")).toEqual([
      "12 Completed",
      "14 Stopped by policy",
      "1 Failed",
      "4 Running",
      "9 Queued",
    ]);
    expect(texts(root, "dl > *")).toEqual(["Best accuracy", "0.973142", "HD_6b1c_17"]);
    const bar = root.querySelector("[role=progressbar]");
    expect(bar?.getAttribute("aria-valuenow")).toBe("27");
    expect(bar?.getAttribute("aria-valuemax")).toBe("40");
  });

  it("draws every status in proportion", () => {
    const { root } = open({ ...digits, counts: { Completed: 10, Running: 4 } });
    const widths = [...root.querySelectorAll<HTMLElement>(".bar i")].map((i) => i.style.width);
    expect(widths).toEqual(["25%", "10%"]);
  });

  it("waits for the kernel, then for a metric", async () => {
    const { model, root } = open(null);
    expect(root.textContent).toBe("Waiting for the kernel…");
    await act(() => model.send({ ...digits, best: null }));
    expect(texts(root, ".best")).toEqual(["No run has logged the primary metric."]);
  });

  it("follows the trait in every view", async () => {
    const model = new FakeModel(digits);
    const module = widget();
    module.initialize({ model, signal: lifetime.signal });
    const roots = [show(module), show(module)];
    await act(() => model.send({ ...digits, status: "Completed", done: 40 }));
    for (const root of roots) {
      expect(texts(root, "[role=status]")).toEqual(["Completed"]);
      expect(texts(root, ".done")).toEqual(["40 of 40 runs done"]);
    }
  });

  it("says in place what was wrong and keeps the data", async () => {
    const { model, root } = open(digits);
    await act(() => model.send({ ...digits, done: null }));
    expect(texts(root, "[role=alert]")).toEqual([
      "This view is not up to date: `headline.done` must be a whole number >= 0, but got null.",
    ]);
    expect(texts(root, "h2")).toEqual(["digits"]);
  });

  it("shows hostile text as text", () => {
    const hostile = "</script><img src=x onerror=alert(1)><style>*{display:none}</style>";
    const { root } = open({
      name: hostile,
      status: hostile,
      done: 1,
      total: 2,
      counts: { [hostile]: 1 },
      best: { metric: hostile, value: 1, run: hostile },
    });
    expect(root.querySelectorAll("img, script, style")).toHaveLength(0);
    expect(texts(root, "h2")).toEqual([hostile]);
    expect(texts(root, ".run")).toEqual([hostile]);
  });
});

describe("a lifetime", () => {
  it("ends with the view: its part of the page is gone, other views live on", async () => {
    const model = new FakeModel(digits);
    const module = widget();
    module.initialize({ model, signal: lifetime.signal });
    const closing = new AbortController();
    show(module, closing.signal);
    const root = show(module);
    closing.abort();
    expect(document.body.firstElementChild?.childElementCount).toBe(0);
    await act(() => model.send({ ...digits, done: 28 }));
    expect(texts(root, ".done")).toEqual(["28 of 40 runs done"]);
  });

  it("ends with the model: nothing listens any more", () => {
    const { model } = open(digits);
    expect(model.listeners).toBe(1);
    lifetime.abort();
    expect(model.listeners).toBe(0);
  });
});
