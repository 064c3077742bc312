/** A JSON object whose entries have not been looked at yet. */
export type Json = Readonly<Record<string, unknown>>;

/** So many characters of a wrong value are shown at most. */
const SHOWN = 80;

/** @throws TypeError naming the field, as do the other checks of this file. */
export function object(field: string, value: unknown): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  throw mismatch(field, "an object", value);
}

export function list<T>(
  field: string,
  value: unknown,
  entry: (field: string, value: unknown) => T,
): T[] {
  if (Array.isArray(value)) return value.map((each, index) => entry(`${field}[${index}]`, each));
  throw mismatch(field, "a list", value);
}

export function text(field: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw mismatch(field, "a text", value);
}

export function number(field: string, value: unknown): number {
  if (Number.isFinite(value)) return value as number;
  throw mismatch(field, "a number", value);
}

export function count(field: string, value: unknown): number {
  if (Number.isInteger(value) && (value as number) >= 0) return value as number;
  throw mismatch(field, "a whole number >= 0", value);
}

export function flag(field: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw mismatch(field, "true or false", value);
}

export function oneOf<T extends string>(field: string, value: unknown, allowed: readonly T[]): T {
  if (allowed.includes(value as T)) return value as T;
  throw mismatch(field, `one of ${allowed.join(", ")}`, value);
}

/** Return null for null, else what `entry` makes of the value. */
export function optional<T>(
  field: string,
  value: unknown,
  entry: (field: string, value: unknown) => T,
): T | null {
  return value === null ? null : entry(field, value);
}

export function mismatch(field: string, expected: string, value: unknown): TypeError {
  const got = JSON.stringify(value) ?? "nothing";
  const shown = got.length > SHOWN ? `${got.slice(0, SHOWN)}…` : got;
  return new TypeError(`\`${field}\` must be ${expected}, but got ${shown}.`);
}
