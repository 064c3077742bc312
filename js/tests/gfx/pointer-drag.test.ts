import { beforeEach, expect, it } from "vitest";
import { followPointer } from "../../src/gfx/pointer-drag.ts";

let element: HTMLElement;
let heard: string[];
beforeEach(() => {
  element = document.createElement("div");
  element.setPointerCapture = () => {};
  heard = [];
  element.addEventListener("pointerdown", (event) =>
    followPointer(event, {
      move: ({ clientX }) => heard.push(`move ${clientX}`),
      drop: () => heard.push("drop"),
      click: () => heard.push("click"),
      cancel: () => heard.push("cancel"),
    }),
  );
});

function send(type: string, clientX = 0, pointerId = 1, button = 0): void {
  element.dispatchEvent(new PointerEvent(type, { clientX, pointerId, button }));
}

it("follows a pointer until it is let go", () => {
  send("pointerdown");
  send("pointermove", 10);
  send("pointermove", 1);
  send("pointerup", 1);
  send("lostpointercapture", 1);
  send("pointermove", 20);
  expect(heard).toEqual(["move 10", "move 1", "drop"]);
});

it("takes a trembling hand for a click", () => {
  send("pointerdown");
  send("pointermove", 3);
  send("pointerup", 3);
  expect(heard).toEqual(["click"]);
});

it.each(["pointercancel", "lostpointercapture"])("takes a drag back at %s", (type) => {
  send("pointerdown");
  send("pointermove", 10);
  send(type);
  send("pointerup", 10);
  expect(heard).toEqual(["move 10", "cancel"]);
});

it("heeds neither other pointers nor other buttons", () => {
  send("pointerdown", 0, 1, 2);
  send("pointermove", 10);
  send("pointerdown");
  send("pointermove", 10, 2);
  expect(heard).toEqual([]);
});
