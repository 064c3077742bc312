import type { Curve } from "../src/state/curve.ts";
import type { Study } from "../src/state/study.ts";

/** Packs messages as the kernel does (hdwidget/widget/wire.py), for tests. */
export interface Row {
  readonly number: number;
  readonly standing: string;
  readonly reason?: string;
  readonly intervals?: number;
  readonly created?: number;
  readonly started?: number;
  readonly ended?: number;
  readonly best?: number;
  readonly last?: number;
  readonly step?: number;
  readonly params: readonly number[];
}

export interface Point {
  readonly run: number;
  readonly metric?: number;
  readonly seq: number;
  readonly step?: number;
  readonly time?: number;
  readonly value: number;
}

export function packRows(study: Study, rows: readonly Row[]): ArrayBuffer {
  const size = 64 + 8 * study.dimensions.length;
  const view = new DataView(new ArrayBuffer(size * rows.length));
  rows.forEach((row, index) => {
    const at = index * size;
    view.setUint32(at, row.number, true);
    view.setUint16(at + 4, study.standings.indexOf(row.standing), true);
    view.setUint16(at + 6, study.reasons.indexOf(row.reason ?? ""), true);
    view.setUint32(at + 8, row.intervals ?? 0, true);
    [row.created, row.started, row.ended, row.best, row.last, row.step, ...row.params].forEach(
      (value, column) => {
        view.setFloat64(at + 16 + 8 * column, value ?? Number.NaN, true);
      },
    );
  });
  return view.buffer;
}

export function packPoints(points: readonly Point[]): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(24 * points.length));
  points.forEach((point, index) => {
    const at = index * 24;
    view.setUint32(at, point.run, true);
    view.setUint32(at + 4, point.metric ?? 0, true);
    view.setUint32(at + 8, point.seq, true);
    view.setFloat32(at + 12, point.step ?? point.seq + 1, true);
    view.setFloat32(at + 16, point.time ?? point.seq, true);
    view.setFloat32(at + 20, point.value, true);
  });
  return view.buffer;
}

/** Pack whole curves of one metric, each value in a bucket of its own, with steps from 1. */
export function packCurves(
  curves: readonly { run: number; metric?: number; values: readonly number[] }[],
): ArrayBuffer {
  const parts = curves.map(({ run, metric = 0, values }) => {
    const view = new DataView(new ArrayBuffer(32 + 8 * values.length));
    view.setUint32(0, run, true);
    view.setUint16(4, metric, true);
    view.setUint32(8, 1, true);
    view.setUint32(12, values.length, true);
    view.setFloat64(16, 1, true);
    view.setFloat64(24, 1, true);
    values.forEach((value, seq) => {
      view.setFloat32(32 + 4 * seq, value, true);
      view.setFloat32(32 + 4 * (values.length + seq), seq, true);
    });
    return new Uint8Array(view.buffer);
  });
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole.buffer;
}

/** Pack a whole curve with all of its columns. */
export function packCurve(run: number, metric: number, curve: Curve): ArrayBuffer {
  const { width, count, buckets, last, low, high, time, step } = curve;
  const columns = width === 1 ? [last, time, step] : [last, low, high, time, step];
  const view = new DataView(new ArrayBuffer(32 + 4 * buckets * columns.length));
  view.setUint32(0, run, true);
  view.setUint16(4, metric, true);
  view.setUint16(6, 1, true);
  view.setUint32(8, width, true);
  view.setUint32(12, count, true);
  columns.forEach((column, index) => {
    for (let i = 0; i < buckets; i++) {
      view.setFloat32(32 + 4 * (index * buckets + i), column[i] ?? Number.NaN, true);
    }
  });
  return view.buffer;
}
