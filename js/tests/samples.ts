import { signal } from "@preact/signals";
import type { Commands } from "../src/state/commands.ts";
import { Linked } from "../src/state/linked.ts";
import { RunFiles } from "../src/state/run-files.ts";
import { RunStore } from "../src/state/run-store.ts";
import type { Session } from "../src/state/session.ts";
import { Settings } from "../src/state/settings.ts";
import { type NumberDimension, parseStudy, type Study } from "../src/state/study.ts";
import { type Point, packCurves, packPoints, packRows, type Row } from "./packing.ts";

export const STANDINGS = [
  "NotStarted",
  "Queued",
  "Preparing",
  "Starting",
  "Running",
  "Finalizing",
  "CancelRequested",
  "Completed",
  "Failed",
  "Canceled",
  "Stopped by policy",
];
export const REASONS = ["", "policy", "user", "time budget", "trial timeout", "interrupted"];
export const CREATED = 1_700_000_000;

/** The digits experiment, as the kernel describes it. */
export const digits: Study = parseStudy({
  run: "HD_6b1c",
  single: false,
  experiment: "digits",
  metric: "accuracy",
  goal: "maximize",
  concurrent: 4,
  created: CREATED,
  sampler: "Random sampling",
  policy: "Bandit policy",
  dimensions: [
    {
      kind: "number",
      name: "learning_rate",
      scale: "log",
      low: 0.001,
      high: 1,
      integer: false,
      step: null,
      when: null,
    },
    { kind: "choice", name: "hidden", options: ["16", "32", "64", "128"], gone: 0, when: null },
    {
      kind: "number",
      name: "momentum",
      scale: "linear",
      low: 0,
      high: 0.95,
      integer: false,
      step: null,
      when: null,
    },
  ],
  standings: STANDINGS,
  reasons: REASONS,
  buckets: { primary: 1920, other: 480 },
});

/** A dimension of numbers, to be changed a little. */
export const LINEAR: NumberDimension = {
  kind: "number",
  name: "x",
  scale: "linear",
  low: 0,
  high: 1,
  integer: false,
  step: null,
  when: null,
};

/** A script that was submitted alone. */
export const single: Study = {
  ...digits,
  run: "RUN_6b1c",
  single: true,
  metric: "",
  dimensions: [],
};

export const running = {
  status: "Running",
  reason: null,
  error: null,
  started: CREATED + 1,
  ended: null,
  spent: 0,
  paused: false,
  total: 40,
  repeated: 0,
};

export interface Sent {
  readonly content: Readonly<Record<string, unknown>>;
  readonly buffers: readonly ArrayBuffer[];
}

interface State {
  readonly epoch?: number;
  readonly number?: number;
  readonly time?: number;
  readonly head?: object;
  readonly metrics?: readonly string[];
  readonly notes?: Readonly<Record<string, string>>;
  readonly rows?: readonly Row[];
}

/** What the kernel sends for a whole state. */
export function snapshot(
  study: Study,
  state: State & { curves?: Parameters<typeof packCurves>[0] } = {},
): Sent {
  return message("snapshot", study, state, packCurves(state.curves ?? []));
}

/** What the kernel sends for a change. */
export function delta(study: Study, state: State & { points?: readonly Point[] } = {}): Sent {
  return message("delta", study, state, packPoints(state.points ?? []));
}

function message(type: string, study: Study, state: State, curves: ArrayBuffer): Sent {
  const { epoch = 1, number = 0, time = CREATED + 60, head = running, notes = {} } = state;
  const { metrics = [study.metric] } = state;
  return {
    content: { type, epoch, number, time, head, metrics, notes },
    buffers: [packRows(study, state.rows ?? []), curves],
  };
}

/** A session that nobody feeds, with what is sent first. */
export function session(study: Study, first?: Sent, commands: Commands | null = null): Session {
  const store = new RunStore(() => {});
  store.describe(study);
  if (first) store.receive(first.content, first.buffers, CREATED + 60);
  return {
    store,
    linked: new Linked(store),
    settings: new Settings(),
    files: new RunFiles(() => {}),
    commands,
    answer: signal(null),
    refusal: signal<string | null>(null),
    note: signal<string | null>(null),
    draft: signal(null),
  };
}

/** Learning curves of `count` runs, with `length` values each, the same ones at each call. */
export function manyRuns(count: number, length: number): Sent {
  const random = generator(7);
  const rows: Row[] = [];
  const curves: { run: number; values: number[] }[] = [];
  for (let run = 0; run < count; run++) {
    const params = [10 ** (-3 + 3 * random()), Math.floor(4 * random()), 0.95 * random()];
    const height = 0.3 + 0.7 * random();
    const standing = run % 13 === 5 ? "Failed" : run % 3 === 1 ? "Stopped by policy" : "Completed";
    const until = standing === "Completed" ? length : Math.ceil(length * random());
    const values = Array.from(
      { length: until },
      (_, i) => height * (1 - Math.exp((-5 * i) / length)) + 0.03 * random(),
    );
    curves.push({ run, values });
    rows.push({
      number: run,
      standing,
      reason: standing === "Stopped by policy" ? "policy" : "",
      intervals: until,
      created: CREATED + run,
      started: CREATED + run + 1,
      ended: CREATED + run + 30,
      best: Math.max(...values),
      last: values.at(-1) ?? Number.NaN,
      step: until,
      params,
    });
  }
  const head = { ...running, total: count };
  return snapshot(digits, {
    head,
    rows,
    curves: curves.filter(({ values }) => values.length > 0),
  });
}

/** A small generator of numbers in [0, 1) (mulberry32): tests need the same ones each time. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
