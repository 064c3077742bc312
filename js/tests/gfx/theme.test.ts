import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { followTheme } from "../../src/gfx/theme.ts";

let element: HTMLElement;
let ending: AbortController;

function paint(paper: string, ink: string): void {
  element.style.backgroundColor = paper;
  element.style.color = ink;
}

beforeEach(() => {
  ending = new AbortController();
  element = document.createElement("div");
  document.body.append(element);
  paint("rgb(255, 255, 255)", "rgb(0, 0, 0)");
});
afterEach(() => {
  ending.abort();
  element.remove();
  vi.unstubAllGlobals();
});

/** Tells the observers of sizes that an element has come to the page, or gone. */
class Sizes {
  static readonly all = new Set<Sizes>();
  readonly #told: () => void;
  constructor(told: () => void) {
    this.#told = told;
  }
  observe() {
    Sizes.all.add(this);
  }
  disconnect() {
    Sizes.all.delete(this);
  }
  static change() {
    for (const sizes of Sizes.all) sizes.#told();
  }
}

/** Change the page's theme as Lab does, and wait until its observers have been told. */
async function change(name: string): Promise<void> {
  document.body.dataset.jpThemeName = name;
  await new Promise((resolve) => setTimeout(resolve));
}

it.each([
  ["rgb(255, 255, 255)", false],
  ["rgb(33, 33, 33)", true],
  ["rgba(22, 25, 29, 0.98)", true],
])("takes paper of %s for dark: %s", (paper, dark) => {
  paint(paper, "rgb(128, 128, 128)");
  expect(followTheme(element, ending.signal).value).toMatchObject({ paper, dark });
});

it("follows the page until it ends", async () => {
  const theme = followTheme(element, ending.signal);
  paint("rgb(17, 17, 17)", "rgb(238, 238, 238)");
  await change("dark");
  expect(theme.value).toMatchObject({ ink: "rgb(238, 238, 238)", dark: true });
  ending.abort();
  paint("rgb(255, 255, 255)", "rgb(0, 0, 0)");
  await change("light");
  expect(theme.value.dark).toBe(true);
});

it("says nothing when nothing has changed", async () => {
  const theme = followTheme(element, ending.signal);
  const before = theme.value;
  await change("the same in other words");
  expect(theme.value).toBe(before);
});

it("has the colours of an element once that comes to the page", () => {
  vi.stubGlobal("ResizeObserver", Sizes);
  element.remove();
  const theme = followTheme(element, ending.signal);
  expect(theme.value.paper).toBe("");
  document.body.append(element);
  Sizes.change();
  expect(theme.value.paper).toBe("rgb(255, 255, 255)");
});

it("keeps the colours of an element that is out of the page, and takes the new ones when it is back", async () => {
  vi.stubGlobal("ResizeObserver", Sizes);
  const theme = followTheme(element, ending.signal);
  element.remove();
  paint("rgb(17, 17, 17)", "rgb(238, 238, 238)");
  await change("dark meanwhile");
  Sizes.change();
  expect(theme.value).toMatchObject({ paper: "rgb(255, 255, 255)", ink: "rgb(0, 0, 0)" });
  document.body.append(element);
  Sizes.change();
  expect(theme.value).toMatchObject({ paper: "rgb(17, 17, 17)", dark: true });
  ending.abort();
  expect(Sizes.all.size).toBe(0);
});
