/**
 * The only room that knows Jupyter: show things, show progress, stop kindly, run notebooks without Python, and turn them into
 * one page. Everything works on a terminal too, as text.
 * @module
 */
export type { OnProgress, ProgressEvent } from "../base/mod.ts";
export { checkNotebook, type CheckNotebookOptions, type NotebookProblem } from "./check.ts";
export * from "./execute.ts";
export * from "./html.ts";
export * from "./interrupt.ts";
export * from "./list.ts";
export * from "./live.ts";
export * from "./markdown.ts";
export * from "./nbformat.ts";
export * from "./progress.ts";
export { show } from "./show.ts";
