const LONGEST = 240;

/** The line of an error that says most: of a Python traceback the last, else the first. */
export function summaryOf(text: string): string {
  const lines = text
    .trim()
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const line = (lines[0]?.startsWith("Traceback") ? lines.at(-1) : lines[0]) ?? "";
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
