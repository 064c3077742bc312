import { expect, it } from "vitest";
import { Backlog } from "../../src/state/backlog.ts";
import { type Message, parseMessage } from "../../src/state/message.ts";
import { delta, digits } from "../samples.ts";

function message(number: number, epoch = 1, bytes = 0): Message {
  const { content } = delta(digits, { number, epoch });
  return parseMessage(content, [new ArrayBuffer(bytes), new ArrayBuffer(0)]);
}

/** Take out all that follow one another. */
function numbersAfter(backlog: Backlog, number: number, epoch = 1): number[] {
  const taken: number[] = [];
  let at = { epoch, number };
  for (let next = backlog.next(at); next !== undefined; next = backlog.next(at)) {
    taken.push(next.number);
    at = next;
  }
  return taken;
}

it("hands out what follows, in order, and each once", () => {
  const backlog = new Backlog();
  for (const number of [4, 3, 5, 3, 7]) backlog.add(message(number));
  expect(numbersAfter(backlog, 1)).toEqual([]);
  expect(numbersAfter(backlog, 2)).toEqual([3, 4, 5]);
  expect(backlog.empty).toBe(false);
  expect(numbersAfter(backlog, 6)).toEqual([7]);
  expect(backlog.empty).toBe(true);
});

it("drops what is older than the state", () => {
  const backlog = new Backlog();
  for (const number of [2, 3, 4]) backlog.add(message(number));
  expect(numbersAfter(backlog, 9)).toEqual([]);
  expect(backlog.empty).toBe(true);
});

it("keeps epochs apart", () => {
  const backlog = new Backlog();
  backlog.add(message(1, 2));
  backlog.add(message(6, 1));
  expect(numbersAfter(backlog, 0, 1)).toEqual([]);
  expect(numbersAfter(backlog, 5, 1)).toEqual([6]);
  expect(numbersAfter(backlog, 0, 2)).toEqual([1]);
});

it("drops the oldest ones when they are too large together", () => {
  const backlog = new Backlog();
  for (let number = 1; number <= 20; number++) backlog.add(message(number, 1, 1e6));
  expect(numbersAfter(backlog, 0)).toEqual([]);
  expect(numbersAfter(backlog, 5)).toEqual([
    6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
  ]);
});
