import { h } from "preact";
import { connect, type Model } from "./host/anywidget.ts";
import { mount } from "./host/mount.ts";
import { RunStore } from "./state/run-store.ts";
import css from "./views/headline.css?inline";
import { HeadlineView } from "./views/headline.tsx";

/** The anywidget front-end module: one store for each model, any number of views on it. */
export default () => {
  const store = new RunStore();
  return {
    initialize({ model, signal }: { model: Model; signal: AbortSignal }): void {
      connect(model, store, signal);
    },
    render({ el, signal }: { el: HTMLElement; signal: AbortSignal }): void {
      mount(el, h(HeadlineView, { state: store.state }), css, signal);
    },
  };
};
