import app from "./app.css?inline";
import curves from "./curves/curves.css?inline";
import header from "./header/header.css?inline";
import parallel from "./parallel/parallel.css?inline";
import table from "./table/table.css?inline";
import theme from "./theme.css?inline";

/** The style sheet of the widget's shadow root. */
export const css = [theme, app, header, table, curves, parallel].join("\n");
