/**
 * Hide the static output that stands beside a live view, for as long as the view is in the page.
 *
 * The kernel puts out a table of a run beside its view (hdwidget/widget/fallback.py), which stands
 * there where nothing is live. A style sheet hides it also when it comes later or is replaced, needs
 * no watching, and counts the views by itself: what hides is that one is there.
 *
 * @param run the HyperDrive run's id.
 * @param signal takes the style sheet away.
 */
export function hideStatic(host: HTMLElement, run: string, signal: AbortSignal): void {
  const view = `hdwidget-live-${run}`;
  const table = `.${CSS.escape(`hdwidget-static-${run}`)}`;
  host.classList.add(view);
  const sheet = new CSSStyleSheet();
  const selectors = [...outputsBeside(`.${CSS.escape(view)}`, table), elsewhere(table)];
  sheet.replaceSync(`${selectors.join(", ")} { display: none !important; }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  signal.addEventListener(
    "abort",
    () => {
      host.classList.remove(view);
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
    },
    { once: true },
  );
}

/** An output, with its prompt, in JupyterLab and in the classic notebook. */
const OUTPUTS = [".jp-OutputArea-child", ".output_area"];

/** Selectors of the outputs with a static table after one with a view: another cell's view may be dead. */
export function outputsBeside(view: string, table: string): string[] {
  return OUTPUTS.map((output) => `${output}:has(${view}) ~ ${output}:has(${table})`);
}

/** A selector of the table on pages of which we know no more. */
function elsewhere(table: string): string {
  return `${table}:not(${OUTPUTS.map((output) => `${output} *`).join(", ")})`;
}
