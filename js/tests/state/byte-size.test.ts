import { expect, it } from "vitest";
import { formatBytes } from "../../src/state/byte-size.ts";

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [9949, "9.9 kB"],
  [9951, "10 kB"],
  [64_000, "64 kB"],
  [999_499, "999 kB"],
  [999_500, "1.0 MB"],
  [3.2e15, "3200 TB"],
])("%d bytes read %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
