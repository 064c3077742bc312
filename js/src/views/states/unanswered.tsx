interface UnansweredProps {
  /** What was asked of a run, as Python says it: `cancel()`. */
  readonly call: string;
  /** The run, as another notebook or process finds it. */
  readonly run: string;
}

/** Says that the kernel does not answer, and how else to do what was asked. */
export function Unanswered({ call, run }: UnansweredProps) {
  return (
    <p class="header-unanswered" role="alert">
      The kernel is busy. Interrupt the cell (■), or call <code>run.{call}</code> from another
      notebook or process: <code>{`${run}.${call}`}</code>
    </p>
  );
}
