import type { Headline } from "../src/state/headline.ts";

/** A run half-way through. */
export const digits: Headline = {
  name: "digits",
  status: "Running",
  done: 27,
  total: 40,
  counts: { Queued: 9, Running: 4, Completed: 12, Failed: 1, "Stopped by policy": 14 },
  best: { metric: "accuracy", value: 0.97314159, run: "HD_6b1c_17" },
};
