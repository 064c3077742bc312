// Bundle src/index.ts, with its CSS inside, into the Python package: hdwidget/static/widget.js.

import { readdir, readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

process.chdir(import.meta.dirname);
const OUT = "../hdwidget/static";

/** `import css from "./x.css?inline"` is the sheet as minified text, as in vite (and so in vitest). */
const inlineCss = {
  name: "inline-css",
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /\.css\?inline$/ }, async ({ path, resolveDir, kind }) => {
      const found = await resolve(path.replace("?inline", ""), { resolveDir, kind });
      return { ...found, namespace: "inline-css" };
    });
    onLoad({ filter: /.*/, namespace: "inline-css" }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const { code } = await transform(source, { loader: "css", minify: true });
      return { contents: code, loader: "text" };
    });
  },
};

const { metafile } = await build({
  entryPoints: ["src/index.ts"],
  outfile: `${OUT}/widget.js`,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  metafile: true,
  logLevel: "warning",
  plugins: [inlineCss],
});

// The licences of what is bundled ask to travel with it.
const packages = Object.keys(metafile.inputs).flatMap(
  (path) => path.match(/^node_modules\/(@[^/]+\/)?[^/]+/)?.[0] ?? [],
);
const licences = [...new Set(packages)].sort().map(async (folder) => {
  const file = (await readdir(folder)).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`${folder} has no licence file to ship with the bundle.`);
  return `${folder.replace("node_modules/", "")}\n\n${await readFile(`${folder}/${file}`, "utf8")}`;
});
await writeFile(`${OUT}/LICENSES.txt`, (await Promise.all(licences)).join("\n\n"));

const bundle = await readFile(`${OUT}/widget.js`);
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
console.log(`widget.js: ${kB(bundle.length)}, ${kB(gzipSync(bundle).length)} gzip`);
