import { rgbOf } from "./colour.ts";

/** What lines are drawn with. */
export interface Pen {
  /** As a computed style gives it. */
  readonly colour: string;
  /** From 0 to 1. */
  readonly alpha: number;
  /** In pixels of the picture, at least 1. */
  readonly width: number;
}

/** The pixel channels of a colour, two by two, so that two are mixed at once; and 256 parts of alpha. */
interface Ink {
  readonly redBlue: number;
  readonly green: number;
  readonly alpha: number;
  readonly width: number;
}

/** Red and blue of a pixel, which lie around its green. Pixels are opaque. */
const RED_BLUE = 0xff00ff;
const OPAQUE = 0xff000000;

/**
 * A picture in memory, without transparency, for thousands of lines: they are mixed into its pixels.
 *
 * Browsers without a graphics card take five times as long to stroke them on a canvas, and take their
 * time after the frame in which they were asked to.
 */
export class Raster {
  readonly #image: ImageData;
  readonly #pixels: Uint32Array;
  #ink: Ink = { redBlue: 0, green: 0, alpha: 256, width: 1 };

  /** @param width and `height`, in pixels, at least 1. */
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.#image = new ImageData(width, height);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
  }

  fill(colour: string): void {
    this.#pixels.fill(packed(colour));
  }

  /** Become a copy of a picture of the same size. */
  copy(other: Raster): void {
    this.#pixels.set(other.#pixels);
  }

  /** Draw the next lines with a pen. */
  take({ colour, alpha, width }: Pen): void {
    const pixel = packed(colour);
    const [redBlue, green] = [pixel & RED_BLUE, (pixel >>> 8) & 0xff];
    this.#ink = { redBlue, green, alpha: Math.round(256 * alpha), width };
  }

  /** Draw a line without caps: one that goes on from its end overlaps with nothing. */
  line(x0: number, y0: number, x1: number, y1: number): void {
    const { width, height } = this;
    // Along the axis on which it is longer, pixel by pixel; the other one is where it is smooth.
    if (Math.abs(x1 - x0) >= Math.abs(y1 - y0)) {
      this.#draw(x0, y0, x1, y1, { length: width, stride: 1 }, { length: height, stride: width });
    } else {
      this.#draw(y0, x0, y1, x1, { length: height, stride: width }, { length: width, stride: 1 });
    }
  }

  /** Show the picture on a canvas, which becomes as large. */
  show(canvas: HTMLCanvasElement): void {
    const { width, height } = this;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    canvas.getContext("2d")?.putImageData(this.#image, 0, 0);
  }

  #draw(a0: number, b0: number, a1: number, b1: number, along: Side, beside: Side): void {
    if (a0 > a1) this.#draw(a1, b1, a0, b0, along, beside);
    else if (this.#ink.width > 1) this.#band(a0, b0, a1, b1, along, beside);
    else this.#hairline(a0, b0, a1, b1, along, beside);
  }

  /** A line of one pixel, shared out between the two pixels that it passes between (Wu, 1991). */
  #hairline(a0: number, b0: number, a1: number, b1: number, along: Side, beside: Side): void {
    const pixels = this.#pixels;
    const { redBlue, green, alpha } = this.#ink;
    const [stride, last] = [beside.stride, beside.length - 1];
    const slope = (b1 - b0) / (a1 - a0);
    const first = Math.max(Math.ceil(a0 - 0.5), 0);
    const end = Math.min(Math.ceil(a1 - 0.5), along.length);
    // Whole numbers are quicker: where the line is beside, in 65536ths of a pixel.
    let at = Math.round((b0 + (first + 0.5 - a0) * slope - 0.5) * 65536);
    const step = Math.round(slope * 65536);
    let row = first * along.stride;
    for (let a = first; a < end; a++, at += step, row += along.stride) {
      const b = at >> 16;
      const far = Math.imul(at & 0xffff, alpha) >>> 16;
      const pixel = row + Math.imul(b, stride);
      if (b >= 0 && b <= last) mix(pixels, pixel, redBlue, green, alpha - far);
      if (b >= -1 && b < last) mix(pixels, pixel + stride, redBlue, green, far);
    }
  }

  /** A wider line: of each pixel, as much as it covers. */
  #band(a0: number, b0: number, a1: number, b1: number, along: Side, beside: Side): void {
    const pixels = this.#pixels;
    const { redBlue, green, alpha, width } = this.#ink;
    const slope = (b1 - b0) / (a1 - a0);
    const reach = (width / 2) * Math.hypot(1, slope);
    const end = Math.min(Math.ceil(a1 - 0.5), along.length);
    for (let a = Math.max(Math.ceil(a0 - 0.5), 0); a < end; a++) {
      const middle = b0 + (a + 0.5 - a0) * slope;
      const low = Math.max(middle - reach, 0);
      const high = Math.min(middle + reach, beside.length);
      for (let b = Math.floor(low); b < high; b++) {
        const part = Math.min(b + 1, high) - Math.max(b, low);
        const pixel = a * along.stride + b * beside.stride;
        mix(pixels, pixel, redBlue, green, Math.round(part * alpha));
      }
    }
  }
}

/** One of a picture's two axes: how many pixels it has, and how far in memory it is to the next. */
interface Side {
  readonly length: number;
  readonly stride: number;
}

/** Mix so many 256ths of a colour into a pixel. */
function mix(pixels: Uint32Array, at: number, redBlue: number, green: number, part: number): void {
  const pixel = pixels[at] ?? 0;
  const rest = 256 - part;
  const outer = Math.imul(pixel & RED_BLUE, rest) + Math.imul(redBlue, part) + 0x800080;
  const inner = Math.imul((pixel >>> 8) & 0xff, rest) + Math.imul(green, part) + 0x80;
  pixels[at] = ((outer >>> 8) & RED_BLUE) | (inner & 0xff00) | OPAQUE;
}

/** A colour as a pixel in the memory of a canvas, on every processor that browsers run on. */
function packed(colour: string): number {
  const [red, green, blue] = rgbOf(colour);
  return (OPAQUE | (blue << 16) | (green << 8) | red) >>> 0;
}
