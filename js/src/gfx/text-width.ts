/** Return a function that measures texts of a font, in CSS pixels, without touching the layout. */
export function textWidth(font: string): (text: string) => number {
  const context = document.createElement("canvas").getContext("2d");
  if (context === null) throw new Error("This browser draws no canvas.");
  context.font = font;
  return (text) => context.measureText(text).width;
}
