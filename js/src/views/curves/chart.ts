import uPlot from "uplot";
import type { Theme } from "../../gfx/theme.ts";
import { axesOf } from "./axes.ts";
import { BestSoFarLayer } from "./best-so-far.ts";
import { LABEL_SPACE } from "./end-labels.ts";
import type { Frame, Range } from "./frame.ts";
import { GhostLayer } from "./ghost-layer.ts";
import { type Focus, paintHighlights } from "./highlights.ts";
import type { Scene } from "./scene.ts";

/** What a person does in the chart; positions are CSS pixels from the plotting area's corner. */
export interface Gestures {
  /** The pointer moved; null when it left. */
  point(at: { readonly x: number; readonly y: number } | null): void;
  /** A part of the x axis was marked by dragging; null asks for all of it again. */
  zoom(to: Range | null): void;
  click(at: { readonly x: number; readonly y: number }, event: MouseEvent): void;
}

/** A drag of fewer CSS pixels is a click. */
const DRAG = 5;

/**
 * The drawing of a scene.
 *
 * uPlot has the axes, the grid, the cursor and the dragging; the curves are drawn on its canvas in
 * its hook, straight from the arrays: a thousand series of uPlot's own take longer, and would have to
 * be joined on one x first.
 */
export class CurveChart {
  readonly #box: HTMLElement;
  readonly #gestures: Gestures;
  readonly #ghosts = new GhostLayer();
  readonly #bestSoFar = new BestSoFarLayer();
  #plot: uPlot | null = null;
  #size = { width: 0, height: 0 };
  #drawn: { readonly scene: Scene; readonly focus: Focus; readonly theme: Theme } | null = null;

  constructor(box: HTMLElement, gestures: Gestures) {
    this.#box = box;
    this.#gestures = gestures;
  }

  /** Draw, if anything differs from what is there. */
  draw(scene: Scene, focus: Focus, theme: Theme): void {
    const before = this.#drawn;
    this.#drawn = { scene, focus, theme };
    if (this.#size.width === 0) return;
    if (
      before === null ||
      this.#plot === null ||
      theme !== before.theme ||
      !alike(scene, before.scene)
    ) {
      this.#build(scene, theme);
    } else if (scene !== before.scene) {
      this.#rescale(this.#plot, scene);
    } else if (!sameFocus(focus, before.focus)) {
      this.#plot.redraw(false, false);
    }
  }

  /** Take the size of the box, in CSS pixels. */
  resize(width: number, height: number): void {
    this.#size = { width, height };
    if (this.#plot !== null) this.#plot.setSize(this.#size);
    else if (this.#drawn !== null) this.#build(this.#drawn.scene, this.#drawn.theme);
  }

  /** Where the scene is, in CSS pixels from the plotting area's corner; null before it is drawn. */
  get frame(): Frame | null {
    const [plot, scene] = [this.#plot, this.#drawn?.scene];
    if (plot === null || scene === undefined) return null;
    const ratio = uPlot.pxRatio;
    const { width, height } = plot.bbox;
    return frameOf(scene, { left: 0, top: 0, width: width / ratio, height: height / ratio });
  }

  /** The size of the box, in CSS pixels. */
  get size(): { readonly width: number; readonly height: number } {
    return this.#size;
  }

  /** Where the plotting area's corner is in the box, in CSS pixels. */
  get origin(): { readonly x: number; readonly y: number } {
    const { left, top } = this.#plot?.bbox ?? { left: 0, top: 0 };
    return { x: left / uPlot.pxRatio, y: top / uPlot.pxRatio };
  }

  /** Note that the chart may be elsewhere on the screen: uPlot hears the window scroll only. */
  moved(): void {
    this.#plot?.syncRect(true);
  }

  destroy(): void {
    this.#plot?.destroy();
    this.#plot = null;
  }

  #rescale(plot: uPlot, { x }: Scene): void {
    plot.batch(() => plot.setData([[x.low, x.high]]));
  }

  #build(scene: Scene, theme: Theme): void {
    this.destroy();
    const now = () => this.#drawn?.scene ?? scene;
    let zoomed = false;
    const options: uPlot.Options = {
      ...this.#size,
      padding: [8, LABEL_SPACE, 0, null],
      legend: { show: false },
      series: [{}],
      scales: {
        x: { time: false, range: () => [now().x.low, now().x.high] },
        y: { distr: scene.log ? 3 : 1, range: () => [now().y.low, now().y.high] },
      },
      axes: axesOf(scene, theme),
      cursor: {
        y: false,
        points: { show: false },
        drag: {
          setScale: false,
          x: scene.abscissa !== "run",
          y: false,
          dist: DRAG,
          // uPlot keeps back the click after any movement, also one that only trembled.
          click: (_, event) => {
            if (zoomed) event.stopImmediatePropagation();
            zoomed = false;
          },
        },
        bind: {
          dblclick: () => () => {
            this.#gestures.zoom(null);
            return null;
          },
        },
      },
      hooks: {
        draw: [(plot) => this.#paint(plot)],
        setCursor: [
          ({ cursor: { left = -1, top = -1 }, select }) =>
            this.#gestures.point(left < 0 || select.width > 0 ? null : { x: left, y: top }),
        ],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (width < DRAG) return;
            zoomed = true;
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            const [low, high] = [plot.posToVal(left, "x"), plot.posToVal(left + width, "x")];
            this.#gestures.zoom({ low, high });
          },
        ],
      },
    };
    this.#plot = new uPlot(options, [[scene.x.low, scene.x.high]], this.#box);
    this.#plot.over.addEventListener("click", (event) =>
      this.#gestures.click({ x: event.offsetX, y: event.offsetY }, event),
    );
  }

  #paint({ ctx, bbox }: uPlot): void {
    if (this.#drawn === null) return;
    const { scene, focus, theme } = this.#drawn;
    const ratio = uPlot.pxRatio;
    const frame = frameOf(scene, bbox);
    // uPlot remembers what it has set on the context: leave it as it was.
    ctx.save();
    this.#ghosts.paint(ctx, scene, frame, theme, ratio);
    if (scene.metric === scene.data.study.metric) {
      this.#bestSoFar.paint(ctx, scene, frame, theme, ratio);
    }
    paintHighlights(ctx, scene, focus, frame, theme, ratio);
    ctx.restore();
  }
}

function frameOf(
  { x, y, log }: Scene,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
): Frame {
  return {
    left,
    top,
    width,
    height,
    x: { low: x.low, high: x.high },
    y: { low: y.low, high: y.high },
    log,
  };
}

/** Whether the same axes do: uPlot takes them once. */
function alike(a: Scene, b: Scene): boolean {
  return (
    a.log === b.log && a.abscissa === b.abscissa && a.xTitle === b.xTitle && a.whole === b.whole
  );
}

function sameFocus(a: Focus, b: Focus): boolean {
  return a.hover === b.hover && a.bucket === b.bucket && a.selection === b.selection;
}
