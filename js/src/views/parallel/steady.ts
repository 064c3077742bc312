import { computed, type ReadonlySignal } from "@preact/signals";

/** A computed signal that keeps its value, and wakes nobody, while the new one is the same. */
export function steady<T>(
  compute: () => T,
  same: (one: T, other: T) => boolean,
): ReadonlySignal<T> {
  let kept: { readonly value: T } | null = null;
  return computed(() => {
    const next = compute();
    if (kept === null || !same(kept.value, next)) kept = { value: next };
    return kept.value;
  });
}

/** Whether two maps have the same keys in the same order, with the same values. */
export function sameMaps<K, V>(
  same: (one: V, other: V) => boolean,
): (one: ReadonlyMap<K, V>, other: ReadonlyMap<K, V>) => boolean {
  return (one, other) => {
    if (one.size !== other.size) return false;
    const entries = other.entries();
    for (const [key, value] of one) {
      const [otherKey, otherValue] = entries.next().value ?? [];
      if (otherKey !== key || otherValue === undefined || !same(value, otherValue)) return false;
    }
    return true;
  };
}
