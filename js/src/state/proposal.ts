import { number, object, oneOf, optional } from "./json.ts";

/** What a sampler expected of a configuration: numbers of the primary metric, null where it has none. */
export interface Proposal {
  /** A point of the design that a search begins with, or one chosen by a model of the runs before it. */
  readonly origin: "initial" | "model";
  readonly predicted: number | null;
  /** Standard deviation of the prediction. */
  readonly deviation: number | null;
  /** By how much the best run until then was expected to be surpassed, in the mean. */
  readonly improvement: number | null;
}

/** @throws TypeError naming the field, what it must be and what came. */
export function parseProposal(field: string, raw: unknown): Proposal {
  const json = object(field, raw);
  return {
    origin: oneOf(`${field}.origin`, json.origin, ["initial", "model"]),
    predicted: optional(`${field}.predicted`, json.predicted, number),
    deviation: optional(`${field}.deviation`, json.deviation, number),
    improvement: optional(`${field}.expected_improvement`, json.expected_improvement, number),
  };
}
