/** A style sheet as text: esbuild (build.mjs) and vite both know the `?inline` ending. */
declare module "*.css?inline" {
  const css: string;
  export default css;
}
