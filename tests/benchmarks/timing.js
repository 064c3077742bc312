// Added to a page before anything else, as `window.timing`: times frames from outside what draws.
//
// A frame begins with its first pointer event or animation callback and ends with the first task
// after it. What is between them is all that the page's thread does for it: also the layout and the
// painting, and what was drawn on a canvas, which browsers put off until then.

window.timing = (() => {
  /** Nothing more is coming when nothing has changed for so long. */
  const QUIET_MILLISECONDS = 200;

  /** The frames since `record`, in which anything has changed: how many milliseconds each took. */
  let busy = [];
  /** When the frame began that is under way; null between two. */
  let begun = null;
  /** Whether anything has changed since the last frame ended, and when a frame ended in which it has. */
  let changed = false;
  let changedAt = Number.NEGATIVE_INFINITY;
  /** Called after every frame with the time of its end. */
  let listener = null;

  const begin = () => {
    begun ??= performance.now();
  };
  for (const type of ["pointermove", "mousemove"]) addEventListener(type, begin, true);
  const { port1, port2 } = new MessageChannel();
  const loop = () => {
    requestAnimationFrame(loop);
    begin();
    port2.postMessage(null);
  };
  requestAnimationFrame(loop);
  port1.onmessage = () => {
    const ended = performance.now();
    if (changed) {
      busy.push(ended - begun);
      changedAt = ended;
    }
    changed = false;
    begun = null;
    listener?.(ended);
  };

  const note = () => {
    changed = true;
  };
  const noteCalls = (prototype, names) => {
    for (const name of names) {
      const original = prototype[name];
      prototype[name] = function (...given) {
        note();
        return original.apply(this, given);
      };
    }
  };
  noteCalls(CanvasRenderingContext2D.prototype, ["clearRect", "drawImage", "stroke"]);
  for (const { prototype } of [WebGLRenderingContext, WebGL2RenderingContext])
    noteCalls(prototype, ["clear", "drawArrays", "drawElements"]);
  const observer = new MutationObserver(note);

  /** Return when nothing has changed for a while. */
  const quiet = async () => {
    let from = performance.now();
    while (performance.now() - from < QUIET_MILLISECONDS) {
      await new Promise((done) => setTimeout(done, 10));
      from = changed ? performance.now() : Math.max(from, changedAt);
    }
  };

  /** Whether the middle of a canvas is drawn on, and by more than a grid. */
  const isInked = (canvas) => {
    if (canvas.hidden || canvas.width === 0 || canvas.height === 0) return false;
    const { width, height } = canvas;
    const middle = [width >> 2, height >> 2, width >> 1, height >> 1];
    const { data } = canvas.getContext("2d").getImageData(...middle);
    let inked = 0;
    for (let alpha = 3; alpha < data.length; alpha += 4) if (data[alpha] > 0) inked += 1;
    return inked > data.length / 4 / 10;
  };

  /** What there is to see of each kind of widget when it has been drawn. */
  const IS_SHOWN = {
    ours: () => {
      const root = document.querySelector("[data-lm-suppress-shortcuts]")?.shadowRoot;
      return root?.querySelector("[data-run]") && [...root.querySelectorAll("canvas")].some(isInked);
    },
    empty: () => document.querySelector(".nothing-else"),
    plotly: () => document.querySelector(".js-plotly-plot .main-svg"),
  };

  const epoch = (at) => (performance.timeOrigin + at) / 1000;

  return {
    /** Note the changes of an element and what is in it; all of its shadow root if it is in one. */
    watch: (element) => {
      const root = element.getRootNode();
      const all = { subtree: true, childList: true, attributes: true, characterData: true };
      observer.observe(root instanceof ShadowRoot ? root : element, all);
    },

    /** Return when a kind of widget is seen first, and when it has come to rest, in epoch seconds. */
    firstPaint: async (kind) => {
      const first = await new Promise((done) => {
        listener = (at) => {
          if (IS_SHOWN[kind]()) done(at);
        };
      });
      listener = null;
      await quiet();
      return { first: epoch(first), rest: epoch(Math.max(first, changedAt)) };
    },

    /** Return the milliseconds from an action to the last change, and how many of them were busy. */
    time: async (act) => {
      await quiet();
      busy = [];
      const from = performance.now();
      act();
      const acted = performance.now() - from;
      note();
      await quiet();
      return { elapsed: changedAt - from, busy: busy.reduce((sum, each) => sum + each, acted) };
    },

    /** Begin to note frames, which `recorded` returns when nothing has changed for a while. */
    record: () => {
      busy = [];
    },
    recorded: async () => {
      await quiet();
      return busy;
    },

    /** Call a function after every frame with the time of its end, in epoch seconds; null for none. */
    follow: (callback) => {
      listener = callback && ((at) => callback(epoch(at)));
    },
  };
})();
