/** How the end of a curve looks whose run did not complete. */
export interface EndMark {
  readonly colour: string;
  readonly shape: "cross" | "dash" | "square";
}

/** By standing; the colours are those of the statuses in theme.css. */
export const END_MARKS: ReadonlyMap<string, EndMark> = new Map([
  ["Failed", { colour: "#d55e00", shape: "cross" }],
  ["Canceled", { colour: "#999999", shape: "dash" }],
  ["Stopped by policy", { colour: "#e69f00", shape: "square" }],
]);

/** Draw a mark around a pixel, `size` pixels wide. */
export function drawEndMark(
  context: CanvasRenderingContext2D,
  { colour, shape }: EndMark,
  x: number,
  y: number,
  size: number,
): void {
  const half = size / 2;
  if (shape === "square") {
    context.fillStyle = colour;
    context.fillRect(x - half, y - half, size, size);
    return;
  }
  context.strokeStyle = colour;
  context.lineWidth = size / 3.5;
  context.beginPath();
  if (shape === "cross") {
    context.moveTo(x - half, y - half);
    context.lineTo(x + half, y + half);
    context.moveTo(x + half, y - half);
    context.lineTo(x - half, y + half);
  } else {
    context.moveTo(x - half * 1.3, y);
    context.lineTo(x + half * 1.3, y);
  }
  context.stroke();
}
