import uplot from "uplot/dist/uPlot.min.css?inline";
import app from "./app.css?inline";
import curves from "./curves/curves.css?inline";
import header from "./header/header.css?inline";
import logs from "./logs/logs.css?inline";
import parallel from "./parallel/parallel.css?inline";
import states from "./states/states.css?inline";
import table from "./table/table.css?inline";
import tabs from "./tabs/tabs.css?inline";
import theme from "./theme.css?inline";
import variant from "./variant/variant.css?inline";

/** The style sheet of the widget's shadow root. */
export const css = [
  uplot,
  theme,
  app,
  header,
  tabs,
  states,
  table,
  curves,
  parallel,
  logs,
  variant,
].join("\n");
