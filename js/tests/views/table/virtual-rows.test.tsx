import { useRef } from "preact/hooks";
import { act } from "preact/test-utils";
import { expect, it } from "vitest";
import {
  sightOf,
  useVirtualRows,
  type VirtualRows,
} from "../../../src/views/table/virtual-rows.ts";
import { draw } from "../drawing.ts";

const ROW = 26;
const HEAD = 28;
const HEIGHT = HEAD + 10 * ROW;

it.each([
  ["at the beginning", 0, { from: 0, to: 10, top: 0 }],
  ["by a part of a row", 10, { from: 0, to: 11, top: 1 }],
  ["by a row", ROW, { from: 0, to: 11, top: 1 }],
  ["far", 100 * ROW, { from: 98, to: 110, top: 100 }],
])("knows what is in sight when scrolled %s", (_, scrolled, sight) => {
  expect(sightOf(scrolled, HEIGHT, ROW, HEAD)).toEqual({ ...sight, page: 10 });
});

it("sees a row in the lowest of elements, and none in one that is out of the page", () => {
  expect(sightOf(0, 20, ROW, HEAD)).toEqual({ from: 0, to: 1, top: 0, page: 1 });
  expect(sightOf(0, 0, ROW, HEAD)).toEqual({ from: 0, to: 0, top: 0, page: 1 });
});

it("draws the rows in sight and some around, wherever it is scrolled to", async () => {
  let rows: VirtualRows | undefined;
  let drawn = 0;
  function Rows({ count }: { count: number }) {
    const scroller = useRef<HTMLDivElement>(null);
    rows = useVirtualRows(scroller, count, ROW, HEAD);
    drawn += 1;
    const measure = (element: HTMLDivElement | null) => {
      if (element !== null) Object.defineProperty(element, "clientHeight", { value: HEIGHT });
      scroller.current = element;
    };
    return <div ref={measure} class="scroller" />;
  }
  const place = await draw(<Rows count={1000} />);
  const scroller = place.querySelector(".scroller") as HTMLElement;
  const scroll = (top: number) =>
    act(() => {
      scroller.scrollTop = top;
      scroller.dispatchEvent(new Event("scroll"));
    });
  expect(rows).toMatchObject({ first: 0, end: 18, offset: 0, height: 1000 * ROW, page: 10 });
  await scroll(500 * ROW);
  expect(rows).toMatchObject({ first: 490, end: 518, offset: 490 * ROW, top: 500 });
  const before = drawn;
  await scroll(500 * ROW); // no other row is in sight
  expect(drawn).toBe(before);
  for (const [row, top] of [
    [505, 500],
    [510, 501],
    [499, 499],
  ] as const) {
    rows?.reveal(row);
    expect(scroller.scrollTop).toBe(top * ROW);
  }
  await scroll(990 * ROW);
  expect(rows).toMatchObject({ first: 980, end: 1000 });
});
