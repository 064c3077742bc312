import { afterEach, expect, it } from "vitest";
import { fitIn } from "../../src/host/fit-in.ts";

const ending = new AbortController();

afterEach(() => ending.abort());

/** An element of the page's with a view in it, and a wait until the page's observers were told. */
function place(): { el: HTMLElement; host: HTMLElement; told: () => Promise<unknown> } {
  const el = document.createElement("div");
  const host = el.appendChild(document.createElement("div"));
  return { el, host, told: () => new Promise((resolve) => setTimeout(resolve)) };
}

it("takes its share of a row, unless the page has said how much that is", () => {
  const { el, host } = place();
  fitIn(el, host, ending.signal);
  expect(el.style.flexGrow).toBe("1");
  const other = place();
  other.el.style.flexGrow = "0";
  fitIn(other.el, other.host, ending.signal);
  expect(other.el.style.flexGrow).toBe("0");
});

it("fills a height that the page gives it, also later", async () => {
  const { el, host, told } = place();
  const signal = new AbortController();
  fitIn(el, host, signal.signal);
  expect(host.hasAttribute("data-sized")).toBe(false);
  el.style.height = "900px";
  await told();
  expect(host.hasAttribute("data-sized")).toBe(true);
  el.style.height = "";
  await told();
  expect(host.hasAttribute("data-sized")).toBe(false);
  signal.abort();
});
