/**
 * Return the value that would be at `rank` if `values` were sorted, reordering them on the way.
 *
 * Hoare's quickselect: linear time, where sorting what a thousand curves hold takes longer than
 * drawing it.
 *
 * @param values at least `rank + 1` of them, none NaN.
 */
export function orderStatistic(values: Float32Array, rank: number): number {
  const at = (index: number) => values[index] ?? Number.NaN;
  let [first, last] = [0, values.length - 1];
  while (first < last) {
    const pivot = at((first + last) >> 1);
    let [left, right] = [first, last];
    while (left <= right) {
      while (at(left) < pivot) left += 1;
      while (at(right) > pivot) right -= 1;
      if (left > right) break;
      const swapped = at(left);
      values[left++] = at(right);
      values[right--] = swapped;
    }
    if (rank <= right) last = right;
    else if (rank >= left) first = left;
    else break;
  }
  return at(rank);
}
