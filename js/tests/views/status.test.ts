import { expect, it } from "vitest";
import { occurring, statusStyle } from "../../src/views/status.tsx";

it("shows the statuses that occur in a fixed order, unknown ones last", () => {
  const counts = { Hibernating: 1, Failed: 2, Queued: 0, Running: 3, Completed: 4 };
  expect(occurring(counts)).toEqual([
    ["Completed", 4],
    ["Failed", 2],
    ["Running", 3],
    ["Hibernating", 1],
  ]);
});

it("has looks for every status, known or not", () => {
  expect(statusStyle("Stopped by policy").tone).toBe("stopped");
  expect(statusStyle("Hibernating").tone).toBe("queued");
  expect(statusStyle("constructor").tone).toBe("queued");
});
