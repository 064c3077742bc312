import { afterEach, beforeEach, expect, it } from "vitest";
import { hideStatic, outputsBeside } from "../../src/host/hide-static.ts";

const RUN = "HD_6b1c";

afterEach(() => {
  document.body.replaceChildren();
});

/** Put outputs into a page and return the ids of those that a live view of the run hides. */
function hidden(html: string): string[] {
  document.body.innerHTML = html;
  const selectors = outputsBeside(`.hdwidget-live-${RUN}`, `.hdwidget-static-${RUN}`);
  return [...document.querySelectorAll(selectors.join(", "))].map(({ id }) => id);
}

const live = `<div class="hdwidget-live-${RUN}"></div>`;
const still = `<div class="hdwidget-static hdwidget-static-${RUN}"></div>`;

it.each(["jp-OutputArea-child", "output_area"])(
  "hides the whole output after the view's in a cell of .%s",
  (output) => {
    const page = `<div><div class="${output}">${live}</div><div class="${output}" id="output">${still}</div></div>`;
    expect(hidden(page)).toEqual(["output"]);
  },
);

it("leaves other cells alone, and other runs", () => {
  const cell = (inner: string) => `<div class="jp-OutputArea">${inner}</div>`;
  const output = (inner: string, id = "") =>
    `<div class="jp-OutputArea-child" id="${id}">${inner}</div>`;
  const other = `<div class="hdwidget-static hdwidget-static-HD_77"></div>`;
  expect(hidden(cell(output(live) + output(other, "other")) + cell(output(still)))).toEqual([]);
});

it("hides only its neighbour where outputs are nested", () => {
  const output = (inner: string, id: string) =>
    `<div class="jp-OutputArea-child" id="${id}">${inner}</div>`;
  const nested = `<div>${output(live, "live")}${output(still, "static")}</div>`;
  expect(hidden(`<div>${output("text", "text")}${output(nested, "outer")}</div>`)).toEqual([
    "static",
  ]);
});

let ending: AbortController;
beforeEach(() => {
  ending = new AbortController();
});

it("marks the view and brings its style sheet, until it ends", () => {
  const host = document.createElement("div");
  const before = document.adoptedStyleSheets.length;
  hideStatic(host, RUN, ending.signal);
  expect(host.className).toBe(`hdwidget-live-${RUN}`);
  expect(document.adoptedStyleSheets).toHaveLength(before + 1);
  expect(document.adoptedStyleSheets.at(-1)?.cssRules[0]?.cssText).toContain("display: none");
  ending.abort();
  expect(host.className).toBe("");
  expect(document.adoptedStyleSheets).toHaveLength(before);
});
