/**
 * Where in the kernel's messages a state is: it numbers them, and begins a new epoch whenever it
 * starts to count anew.
 */
export interface Position {
  readonly epoch: number;
  readonly number: number;
}

/** Return less than 0 when `a` is the older one, 0 when they are the same, else more. */
export function compare(a: Position, b: Position): number {
  return a.epoch - b.epoch || a.number - b.number;
}

/** Whether `next` comes right after `at`. */
export function follows(at: Position, next: Position): boolean {
  return next.epoch === at.epoch && next.number === at.number + 1;
}
