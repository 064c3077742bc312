import { expect, it } from "vitest";
import { shorten } from "../../../src/views/parallel/shorten.ts";
import { generator } from "../../samples.ts";

const width = (text: string) => [...text].length;

it("leaves what fits", () => {
  expect(shorten("momentum", 8, width)).toBe("momentum");
});

it("cuts the middle out, so that both ends can be told apart", () => {
  expect(shorten("model[0].max_depth", 11, width)).toBe("model…depth");
  expect(shorten("RandomForest(n=100)", 8, width)).toBe("Rand…00)");
});

it("keeps a mark where nothing fits, and cuts no character in two", () => {
  expect(shorten("momentum", 0, width)).toBe("…");
  expect(shorten("🙂🙂🙂🙂", 3, width)).toBe("🙂…🙂");
});

it("is as long as fits", () => {
  const random = generator(4);
  for (let i = 0; i < 200; i++) {
    const text = "x".repeat(2 + Math.floor(40 * random()));
    const room = 1 + Math.floor(40 * random());
    expect(width(shorten(text, room, width))).toBe(Math.min(width(text), room));
  }
});
