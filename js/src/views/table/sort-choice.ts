import type { Column, Order, Sort } from "../../state/settings.ts";

/** What a first click on a column's header sorts by. */
export function firstOrder(column: Column): Order {
  return column === "best" || column === "last" ? "best" : "ascending";
}

const OTHER_WAY: Readonly<Record<Order, Order>> = {
  ascending: "descending",
  descending: "ascending",
  best: "worst",
  worst: "best",
};

/** Turn the direction of a sort round. */
export function turned({ column, order }: Sort): Sort {
  return { column, order: OTHER_WAY[order] };
}

/**
 * Return what the table is sorted by after a click on a header: by that column, or the other way
 * round when it was the only one already; with `add`, by the others first.
 */
export function sortedBy(sorts: readonly Sort[], column: Column, add: boolean): readonly Sort[] {
  const first: Sort = { column, order: firstOrder(column) };
  const before = sorts.find((sort) => sort.column === column);
  if (!add) return [before !== undefined && sorts.length === 1 ? turned(before) : first];
  if (before === undefined) return [...sorts, first];
  return sorts.map((sort) => (sort === before ? turned(sort) : sort));
}

/** Whether a sort puts large values first. */
export function isDescending(order: Order, goal: "minimize" | "maximize"): boolean {
  return order === "descending" || order === (goal === "maximize" ? "best" : "worst");
}
