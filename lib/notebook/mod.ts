/**
 * The only room that knows Jupyter: show things, show progress, stop kindly, run notebooks without Python, and turn them into
 * one page. Everything works on a terminal too, as text.
 *
 * Begin with {@linkcode show}, {@linkcode help}, {@linkcode md}, {@linkcode onProgress}, {@linkcode interrupt}.
 * @module
 */
// In a cell.
export { show } from "./show.ts";
export { help } from "./help.ts";
export { Markdown, md } from "./markdown.ts";
export { onProgress, type Progress, progress, type ProgressOptions } from "./progress.ts";
export { type Live, live, type LiveOptions } from "./live.ts";
export { reserve, type Reserved } from "./reserve.ts";
export { type Interrupt, interrupt } from "./interrupt.ts";
// Over whole notebooks.
export { execute, type ExecuteOptions, type Execution, NotebookError } from "./execute.ts";
export { notebookToHtml, type NotebookToHtmlOptions } from "./html.ts";
export { checkNotebook, type CheckNotebookOptions, type NotebookProblem } from "./check.ts";
export { listNotebooks, type NotebookEntry } from "./list.ts";
export {
  type Cell,
  formatNotebook,
  joinText,
  type MultilineText,
  type Notebook,
  type Output,
  parseNotebook,
  readNotebook,
  stripOutputs,
} from "./nbformat.ts";
// Types that signatures above speak of.
export type { OnProgress, ProgressEvent } from "../base/mod.ts";
