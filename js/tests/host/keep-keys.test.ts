import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keepKeys } from "../../src/host/keep-keys.ts";

let cell: HTMLElement;
let inside: HTMLElement;
beforeEach(() => {
  cell = document.createElement("div");
  cell.tabIndex = -1;
  const host = document.createElement("div");
  inside = document.createElement("button");
  host.attachShadow({ mode: "open" }).append(inside);
  cell.append(host);
  document.body.append(cell);
  keepKeys(host);
});
afterEach(() => cell.remove());

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
