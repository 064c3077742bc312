import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keepKeys } from "../../src/host/keep-keys.ts";

let cell: HTMLElement;
let rest: HTMLElement;
let inside: HTMLButtonElement;
let ending: AbortController;
beforeEach(() => {
  cell = document.createElement("div");
  cell.tabIndex = -1;
  const host = document.createElement("div");
  inside = document.createElement("button");
  rest = document.createElement("div");
  rest.append(inside);
  const root = host.attachShadow({ mode: "open" });
  root.append(rest);
  cell.append(host);
  document.body.append(cell);
  ending = new AbortController();
  keepKeys(host, rest, ending.signal);
});
afterEach(() => {
  ending.abort();
  cell.remove();
});

const press = (key: string) =>
  inside.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true }),
  );

it("keeps keys from the notebook, which it also tells so", () => {
  const heard = vi.fn();
  cell.addEventListener("keydown", heard);
  press("d");
  press("Escape");
  expect(heard).not.toHaveBeenCalled();
  expect(cell.querySelector("[data-lm-suppress-shortcuts=true]")).not.toBeNull();
});

it("gives the focus back to the cell on Escape", () => {
  inside.focus();
  press("d");
  expect(document.activeElement).not.toBe(cell);
  press("Escape");
  expect(document.activeElement).toBe(cell);
});

it("stays where something inside had a use for Escape", () => {
  inside.addEventListener("keydown", (event) => event.preventDefault());
  inside.focus();
  press("Escape");
  expect(document.activeElement).not.toBe(cell);
});

/** What has the focus inside the widget, after its observers were told of changes. */
async function focused(): Promise<Element | null> {
  await new Promise((resolve) => setTimeout(resolve));
  return (rest.getRootNode() as ShadowRoot).activeElement;
}

describe("the focus", () => {
  it("stays in the widget when what has it is removed", async () => {
    inside.focus();
    inside.remove();
    expect(await focused()).toBe(rest);
  });

  it("stays there when all around what has it goes", async () => {
    const part = document.createElement("section");
    rest.append(part);
    part.append(inside);
    inside.focus();
    part.remove();
    expect(await focused()).toBe(rest);
  });

  it("stays there when what has it is disabled", async () => {
    inside.focus();
    inside.disabled = true;
    expect(await focused()).toBe(rest);
  });

  it("is where something inside has taken it", async () => {
    const next = document.createElement("button");
    rest.append(next);
    inside.focus();
    inside.remove();
    next.focus();
    expect(await focused()).toBe(next);
  });

  it("is not fetched back from where a person has taken it", async () => {
    inside.focus();
    inside.blur();
    await focused();
    inside.remove();
    expect(await focused()).toBeNull();
    rest.append(inside);
    inside.focus();
    cell.focus();
    inside.remove();
    await focused();
    expect(document.activeElement).toBe(cell);
  });

  it("is let go at the end", async () => {
    inside.focus();
    ending.abort();
    inside.remove();
    expect(await focused()).toBeNull();
  });
});
