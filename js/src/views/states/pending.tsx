/** What stands there until the first message comes: the outlines of what will. */
export function Pending() {
  return (
    <div class="states-pending" role="status">
      <p>Waiting for the kernel…</p>
      <div class="states-skeleton" aria-hidden="true">
        <i class="states-block states-block-head" />
        <i class="states-block states-block-chart" />
        {[1, 2, 3, 4, 5].map((row) => (
          <i key={row} class="states-block states-block-row" />
        ))}
      </div>
    </div>
  );
}
