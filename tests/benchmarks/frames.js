// Added to a page before anything else, as `window.frames_`: times frames from outside what draws.
//
// A frame begins with the first pointer event or animation callback in it, and ends with the first
// task after it. What is between them is all that the page does for it: canvases, too, are drawn
// only after the callbacks, when their frame is put together.

window.frames_ = (() => {
  const QUIET_MILLISECONDS = 400;

  /** The frames so far: when each began and ended, and whether anything in it has changed. */
  let frames = [];
  /** The frame under way; null between two. */
  let frame = null;
  /** Whether anything was drawn or changed since the last frame ended, and when one ended that did. */
  let changed = false;
  let changedAt = Number.NEGATIVE_INFINITY;
  /** Called after every frame with the time of its end. */
  let listener = null;

  const begin = () => {
    frame ??= { begin: performance.now(), end: Number.NaN, changed: false };
    return frame;
  };
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    const ended = frame;
    if (ended === null) return;
    frame = null;
    ended.end = performance.now();
    ended.changed = changed;
    if (changed) changedAt = ended.end;
    changed = false;
    frames.push(ended);
    listener?.(ended.end);
  };
  const loop = () => {
    requestAnimationFrame(loop);
    begin();
    port2.postMessage(null);
  };
  requestAnimationFrame(loop);
  for (const type of ["pointermove", "mousemove"]) window.addEventListener(type, begin, true);

  const noting = (prototype, names) => {
    for (const name of names) {
      const original = prototype[name];
      prototype[name] = function (...given) {
        changed = true;
        return original.apply(this, given);
      };
    }
  };
  noting(CanvasRenderingContext2D.prototype, ["clearRect", "drawImage", "stroke"]);
  for (const { prototype } of [WebGLRenderingContext, WebGL2RenderingContext])
    noting(prototype, ["clear", "drawArrays", "drawElements"]);
  const observer = new MutationObserver(() => {
    changed = true;
  });
  /** Note the changes inside an element, with its shadow root's if it is in one. */
  const watch = (element) => {
    const root = element.getRootNode();
    const all = { subtree: true, childList: true, attributes: true, characterData: true };
    observer.observe(root instanceof ShadowRoot ? root : element, all);
  };

  /** Return when nothing has changed for a while. */
  const quiet = () =>
    new Promise((done) => {
      const from = performance.now();
      const look = () => {
        const now = performance.now();
        if (changed || frame !== null || now - Math.max(from, changedAt) < QUIET_MILLISECONDS)
          setTimeout(look, 20);
        else done();
      };
      look();
    });

  /** Whether the middle of a canvas is drawn on: more than a grid is. */
  const isInked = (canvas) => {
    if (canvas.hidden || canvas.width === 0 || canvas.height === 0) return false;
    const { width, height } = canvas;
    const box = [width >> 2, height >> 2, width >> 1, height >> 1];
    const pixels = canvas.getContext("2d").getImageData(...box).data;
    let inked = 0;
    for (let alpha = 3; alpha < pixels.length; alpha += 4) inked += pixels[alpha] > 0;
    return inked > pixels.length / 4 / 10;
  };

  const widget = () => document.querySelector("[data-lm-suppress-shortcuts]")?.shadowRoot;

  /** What tells that a view is there for the first time, by the name of what is shown. */
  const shown = {
    ours: () =>
      widget()?.querySelector("[data-run]") && [...widget().querySelectorAll("canvas")].some(isInked),
    empty: () => document.querySelector(".nothing-else"),
    plotly: () => document.querySelector(".js-plotly-plot :is(.trace, .parcoords) , .js-plotly-plot .gl-container"),
  };

  return {
    watch,
    /** Note when a view is seen for the first time, and when it has come to rest: epoch seconds. */
    async firstPaint(kind) {
      const epoch = (at) => (performance.timeOrigin + at) / 1000;
      const first = await new Promise((done) => {
        listener = (at) => {
          if (shown[kind]()) done(at);
        };
      });
      listener = null;
      await quiet();
      return { first: epoch(first), rest: epoch(Math.max(first, changedAt)) };
    },
    /** Return the milliseconds from an action until nothing changes any more. */
    async time(act) {
      await quiet();
      const from = performance.now();
      act();
      changed = true;
      await quiet();
      return changedAt - from;
    },
    /** Begin to note frames. */
    record() {
      frames = [];
    },
    /** Return the milliseconds of each frame since then in which anything has changed. */
    recorded() {
      return frames.filter((each) => each.changed).map(({ begin, end }) => end - begin);
    },
    /** Call a function after every frame, with the time of its end in epoch seconds. */
    follow(callback) {
      listener = callback && ((at) => callback((performance.timeOrigin + at) / 1000));
    },
    /** Return when the next frame has ended. */
    next: () => new Promise((done) => { frames_.follow((at) => { frames_.follow(null); done(at); }); }),
  };
})();
