import { options } from "preact";

// By itself preact runs effects after a frame or 35 ms, whichever is first; and by then a test file may
// have ended, and its page with it.
options.requestAnimationFrame = (flush) => queueMicrotask(flush);
