import { expect, it } from "vitest";
import { mount } from "../../src/host/mount.ts";
import { CREATED, delta, digits, session, snapshot } from "../samples.ts";

const shadow = (el: HTMLElement) => el.firstElementChild?.shadowRoot ?? null;

it("draws in a shadow root of its own, until it ends", () => {
  const el = document.createElement("div");
  document.body.append(el);
  const ending = new AbortController();
  mount(el, session(digits), ending.signal);
  expect(shadow(el)?.textContent).toContain("Waiting for the kernel…");
  expect(shadow(el)?.adoptedStyleSheets).toHaveLength(1);
  ending.abort();
  expect(el.childElementCount).toBe(0);
});

it("hides the static output as soon as it has something better, until it ends", () => {
  const before = document.adoptedStyleSheets.length;
  const el = document.createElement("div");
  const watched = session(digits);
  const ending = new AbortController();
  mount(el, watched, ending.signal);
  expect(document.adoptedStyleSheets).toHaveLength(before);
  const { content, buffers } = snapshot(digits);
  watched.store.receive(content, buffers, 0);
  expect(document.adoptedStyleSheets).toHaveLength(before + 1);
  watched.store.tick(60);
  expect(watched.store.freshness.value).toBe("stale");
  expect(document.adoptedStyleSheets).toHaveLength(before + 1);
  expect(el.firstElementChild?.className).toBe("hdwidget-live-HD_6b1c");
  ending.abort();
  expect(document.adoptedStyleSheets).toHaveLength(before);
});

it("leaves the static output alone while it has only what was saved of a run under way", () => {
  const before = document.adoptedStyleSheets.length;
  const el = document.createElement("div");
  const watched = session(digits, snapshot(digits));
  watched.store.tick(CREATED + 86_400);
  const ending = new AbortController();
  mount(el, watched, ending.signal);
  expect(document.adoptedStyleSheets).toHaveLength(before);
  const { content, buffers } = delta(digits, { number: 1 });
  watched.store.receive(content, buffers, CREATED + 86_401);
  expect(document.adoptedStyleSheets).toHaveLength(before + 1);
  ending.abort();
  expect(document.adoptedStyleSheets).toHaveLength(before);
});
