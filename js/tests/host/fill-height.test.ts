import { expect, it } from "vitest";
import { fillHeight } from "../../src/host/fill-height.ts";

/** An element of the page's with a view in it, and a wait until the page's observers were told. */
function place(): { el: HTMLElement; host: HTMLElement; told: () => Promise<unknown> } {
  const el = document.createElement("div");
  const host = el.appendChild(document.createElement("div"));
  return { el, host, told: () => new Promise((resolve) => setTimeout(resolve)) };
}

it("fills a height that the page gives it, also later", async () => {
  const { el, host, told } = place();
  const signal = new AbortController();
  fillHeight(el, host, signal.signal);
  expect(host.hasAttribute("data-sized")).toBe(false);
  el.style.height = "900px";
  await told();
  expect(host.hasAttribute("data-sized")).toBe(true);
  el.style.height = "";
  await told();
  expect(host.hasAttribute("data-sized")).toBe(false);
  signal.abort();
});
