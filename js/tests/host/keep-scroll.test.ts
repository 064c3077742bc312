import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keepScroll } from "../../src/host/keep-scroll.ts";

/** Tells of the host's size, as the browser does in the frame in which it changes. */
let resize: (width: number, height: number) => void;
let disconnected = false;
let host: HTMLElement;
let scroller: HTMLElement;
let ending: AbortController;

beforeEach(() => {
  disconnected = false;
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(callback: (entries: object[]) => void) {
        resize = (width, height) => callback([{ contentRect: { width, height } }]);
      }
      observe(): void {}
      disconnect(): void {
        disconnected = true;
      }
    },
  );
  host = document.createElement("div");
  scroller = document.createElement("div");
  host.attachShadow({ mode: "open" }).append(scroller);
  document.body.append(host);
  ending = new AbortController();
  keepScroll(host, ending.signal);
});
afterEach(() => {
  host.remove();
  vi.unstubAllGlobals();
});

function scroll(top: number): void {
  scroller.scrollTop = top;
  scroller.dispatchEvent(new Event("scroll"));
}

/** Take the host out of the document and put it back, as Lab does with cells. */
function goAndCome(): void {
  host.remove();
  resize(0, 0);
  scroller.scrollTop = 0; // as browsers do
  document.body.append(host);
  resize(800, 640);
}

it("scrolls back to where it was when the host comes back", () => {
  scroll(120);
  goAndCome();
  expect(scroller.scrollTop).toBe(120);
  goAndCome();
  expect(scroller.scrollTop).toBe(120);
});

it("tells of the place also when the browser has kept it", () => {
  scroll(120);
  const heard: number[] = [];
  scroller.addEventListener("scroll", () => heard.push(scroller.scrollTop));
  resize(0, 0); // hidden, and not taken out
  resize(800, 640);
  expect(heard).toEqual([120]);
});

it("leaves alone what was scrolled back to its beginning", () => {
  scroll(120);
  scroll(0);
  goAndCome();
  expect(scroller.scrollTop).toBe(0);
});

it("takes scrolling outside the document for no person's", () => {
  scroll(120);
  host.remove();
  resize(0, 0);
  scroll(0);
  document.body.append(host);
  resize(800, 640);
  expect(scroller.scrollTop).toBe(120);
});

it("does not scroll when only the size changes", () => {
  scroll(120);
  scroller.scrollTop = 40; // the event of it is still to come
  resize(500, 640);
  expect(scroller.scrollTop).toBe(40);
});

it("ends with its signal", () => {
  scroll(120);
  ending.abort();
  expect(disconnected).toBe(true);
});
