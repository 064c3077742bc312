import { connect, type Model } from "./host/anywidget.ts";
import { mount } from "./host/mount.ts";
import type { Session } from "./state/session.ts";

/** The anywidget front-end module: one session for each model, any number of views on it. */
export default () => {
  let session: Session | undefined;
  return {
    initialize({ model, signal }: { model: Model; signal: AbortSignal }): void {
      session = connect(model, signal);
    },
    render({ el, signal }: { el: HTMLElement; signal: AbortSignal }): void {
      if (session === undefined) throw new Error("The widget was drawn before it was initialized.");
      mount(el, session, signal);
    },
  };
};
