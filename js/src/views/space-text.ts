import { type Dimension, offered } from "../state/study.ts";
import { formatNumber } from "./format.ts";

/** Say what values a dimension of the search space has: `0.001 to 1, log scale`. */
export function spaceText(dimension: Dimension): string {
  if (dimension.kind === "choice") return offered(dimension).join(", ");
  const { low, high, scale, integer, step } = dimension;
  const range = rangeText(low, high);
  const grid = step !== null && step !== 1 ? `in steps of ${formatNumber(step)}` : "";
  return [range, grid || (integer ? "whole numbers" : ""), scale === "log" ? "log scale" : ""]
    .filter((part) => part !== "")
    .join(", ");
}

function rangeText(low: number | null, high: number | null): string {
  if (low !== null && high !== null) return `${formatNumber(low)} to ${formatNumber(high)}`;
  if (low !== null) return `from ${formatNumber(low)}`;
  return high !== null ? `up to ${formatNumber(high)}` : "any number";
}
