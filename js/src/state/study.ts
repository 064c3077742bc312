import {
  count,
  flag,
  type Json,
  list,
  mismatch,
  number,
  object,
  oneOf,
  optional,
  text,
} from "./json.ts";

/** What does not change about a run. */
export interface Study {
  /** The HyperDrive run's id; its children are `<id>_<number>`. */
  readonly run: string;
  /** Whether it is a run by itself, and no search: then it is its own and only run, number 0. */
  readonly single: boolean;
  /** The experiment's name: text from a user, as all names here are. */
  readonly experiment: string;
  /** The primary metric; empty for a single run, which has none. */
  readonly metric: string;
  readonly goal: "minimize" | "maximize";
  /** Runs at once, at most. */
  readonly concurrent: number;
  /** When it was submitted, in UTC epoch seconds; curves count their seconds from here. */
  readonly created: number;
  /** The sampler and the policy in words. */
  readonly sampler: string;
  readonly policy: string;
  /** The search space, flattened: a dimension of a nested choice is named by its path. */
  readonly dimensions: readonly Dimension[];
  /** What the codes in a row stand for: how a run stands, and why it was stopped. */
  readonly standings: readonly string[];
  readonly reasons: readonly string[];
  /** Buckets that a curve has at most: of the primary metric, and of each other one. */
  readonly buckets: { readonly primary: number; readonly other: number };
}

export type Dimension = NumberDimension | ChoiceDimension;

export interface NumberDimension {
  readonly kind: "number";
  readonly name: string;
  readonly scale: "linear" | "log";
  /** The bounds of the space; null where it has none, as a normal distribution. */
  readonly low: number | null;
  readonly high: number | null;
  /** Whether every value is a whole number. */
  readonly integer: boolean;
  /** What every value is a multiple of; null where there is no such step. */
  readonly step: number | null;
  /** The option that it is nested in; null for what is always part of a configuration. */
  readonly when: Condition | null;
}

/** The dimension of a choice by its index, and the index of its option: only then another one counts. */
export type Condition = readonly [dimension: number, option: number];

/** A run's value is the index of its option. */
export interface ChoiceDimension {
  readonly kind: "choice";
  readonly name: string;
  readonly options: readonly string[];
  /** How many of them, the last ones, are of an earlier space: they are proposed no more. */
  readonly gone: number;
  readonly when: Condition | null;
}

/** The options that there are now. */
export function offered({ options, gone }: ChoiceDimension): readonly string[] {
  return options.slice(0, options.length - gone);
}

/**
 * Check the description of a run that came over the wire.
 *
 * @throws TypeError naming the field, what it must be and what came.
 */
export function parseStudy(raw: unknown): Study {
  const json = object("study", raw);
  const buckets = object("study.buckets", json.buckets);
  return {
    run: text("study.run", json.run),
    single: flag("study.single", json.single),
    experiment: text("study.experiment", json.experiment),
    metric: text("study.metric", json.metric),
    goal: oneOf("study.goal", json.goal, ["minimize", "maximize"]),
    concurrent: count("study.concurrent", json.concurrent),
    created: number("study.created", json.created),
    sampler: text("study.sampler", json.sampler),
    policy: text("study.policy", json.policy),
    dimensions: list("study.dimensions", json.dimensions, parseDimension),
    standings: list("study.standings", json.standings, text),
    reasons: list("study.reasons", json.reasons, text),
    buckets: {
      primary: even("study.buckets.primary", buckets.primary),
      other: even("study.buckets.other", buckets.other),
    },
  };
}

function parseDimension(field: string, raw: unknown): Dimension {
  const json: Json = object(field, raw);
  const name = text(`${field}.name`, json.name);
  const when = optional(`${field}.when`, json.when, parseCondition);
  if (oneOf(`${field}.kind`, json.kind, ["number", "choice"]) === "choice") {
    const options = list(`${field}.options`, json.options, text);
    return { kind: "choice", name, when, options, gone: count(`${field}.gone`, json.gone) };
  }
  return {
    kind: "number",
    name,
    when,
    scale: oneOf(`${field}.scale`, json.scale, ["linear", "log"]),
    low: optional(`${field}.low`, json.low, number),
    high: optional(`${field}.high`, json.high, number),
    integer: flag(`${field}.integer`, json.integer),
    step: optional(`${field}.step`, json.step, number),
  };
}

function parseCondition(field: string, raw: unknown): Condition {
  const [dimension, option] = list(field, raw, count);
  if (dimension === undefined || option === undefined) throw mismatch(field, "two indices", raw);
  return [dimension, option];
}

/** Curves merge their buckets in pairs. */
function even(field: string, raw: unknown): number {
  const value = count(field, raw);
  if (value >= 2 && value % 2 === 0) return value;
  throw mismatch(field, "an even number >= 2", value);
}
