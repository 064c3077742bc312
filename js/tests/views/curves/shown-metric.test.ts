import { expect, it } from "vitest";
import { shownMetric } from "../../../src/views/curves/shown-metric.ts";
import { digits, session, single, snapshot } from "../../samples.ts";

it("is the primary one of a search, logged or not, unless another one is chosen", () => {
  const watched = session(digits, snapshot(digits, { metrics: ["accuracy", "loss"] }));
  expect(shownMetric(watched)).toBe("accuracy");
  watched.settings.metric.value = "loss";
  expect(shownMetric(watched)).toBe("loss");
});

it("is the first one that a single run has logged", () => {
  expect(shownMetric(session(single))).toBe("");
  expect(shownMetric(session(single, snapshot(single)))).toBe("");
  const logged = snapshot(single, { metrics: ["", "loss", "accuracy"] });
  expect(shownMetric(session(single, logged))).toBe("loss");
});
