import { basename, dirname, resolve } from "node:path";
import { inRange, ofKind, type OnProgress, takes } from "../base/mod.ts";
import { checkWritable, writeWhole } from "./_files.ts";
import { DeadKernelError, Kernel, type Message, type Reply } from "./_kernel.ts";
import { Outputs } from "./_outputs.ts";
import { misspeltImport } from "./_imports.ts";
import { injectParameters } from "./_parameters.ts";
import { checkCells } from "./check.ts";
import { notebookToHtml } from "./html.ts";
import { type Cell, formatNotebook, joinText, type Notebook, readNotebook } from "./nbformat.ts";

/** Options of {@linkcode execute}. */
export interface ExecuteOptions {
  /** Values for the names that the cell tagged `parameters` declares. @default {none} */
  parameters?: Record<string, unknown>;
  /** How long one cell may run, in seconds. @default {no limit} */
  timeoutSeconds?: number | undefined;
  /** How long a cell that was asked to stop has to return before its kernel is killed, in seconds. @default {5} */
  graceSeconds?: number;
  /** Where the executed notebook goes; it is also written while it runs. @default {nowhere} */
  output?: string;
  /** Where the page goes. @default {nowhere} */
  html?: string;
  /** Ends the run: the cell that runs is interrupted, then the kernel ends. @default {none} */
  signal?: AbortSignal;
  /** Called with each cell, and of what a running cell shows as its progress. @default {nobody} */
  onProgress?: OnProgress;
  /** Go on after a cell that throws. @default {false} */
  allowErrors?: boolean;
  /** Environment variables for the kernel, beside the inherited ones. @default {none} */
  env?: Record<string, string>;
}

/** What {@linkcode execute} gives. */
export interface Execution {
  /** The notebook with its outputs. */
  notebook: Notebook;
  /** Places of the cells that threw, from 1 among all cells. */
  failed: number[];
  /** How long it took, in seconds. */
  seconds: number;
}

/** A cell that did not end well. What was produced up to there is in {@linkcode notebook} and in the output files. */
export class NotebookError extends Error {
  /** The class's name. */
  override name = "NotebookError";
  /** The cell's place among all cells, from 1. */
  cell: number;
  /** The notebook up to there. */
  notebook: Notebook;

  /** An error at a cell. */
  constructor(message: string, options: { cell: number; notebook: Notebook; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.cell = options.cell;
    this.notebook = options.notebook;
  }
}

/** How often a running notebook is written, in seconds. */
const writeSeconds = 2;

/**
 * Run a notebook from start to end in a Deno kernel of its own, in the notebook's folder, and write it as `.ipynb` and as
 * one self-contained HTML page. No Python is needed, and no output is lost.
 *
 * A cell that throws ends the run unless `allowErrors`. A cell over its time limit is interrupted as by the Stop button
 * (see {@linkcode interrupt}) and killed `graceSeconds` later. Names that a room of midtrain does not export are told before
 * the first cell runs, with the nearest. Whatever happens, what was produced is written first, each
 * file whole or not at all; that they can be written is seen before the first cell runs.
 *
 * @param path The `.ipynb` file.
 * @throws {NotebookError} If a cell throws, takes too long, or ends the kernel.
 * @throws {Error} If `output` or `html` cannot be written; the message says where and why, and what else went wrong.
 * @throws {RangeError} If `timeoutSeconds` or `graceSeconds` is not > 0 or a parameter is not declared by the notebook.
 * @throws {DOMException} `AbortError`, if the signal aborts.
 * @example
 * ```ts ignore
 * import { execute } from "midtrain/notebook";
 *
 * const { seconds } = await execute("notebooks/00_tour.ipynb", { output: "out/tour.ipynb", html: "out/tour.html" });
 * ```
 */
export async function execute(path: string, options: ExecuteOptions = {}): Promise<Execution> {
  takes(
    "Cannot run a notebook",
    options,
    "parameters?, timeoutSeconds?, graceSeconds?, output?, html?, signal?, onProgress?, allowErrors?, env?",
  );
  ofKind("Cannot run a notebook", { path }, "a text");
  for (const name of ["timeoutSeconds", "graceSeconds"] as const) {
    const value = options[name];
    if (value !== undefined) inRange("Cannot run a notebook", { [name]: value }, "> 0");
  }
  options.signal?.throwIfAborted();
  const source = injectParameters(await readNotebook(path), options.parameters ?? {});
  for (const target of [options.output, options.html]) if (target) await checkWritable(target);
  const run = new NotebookRun(path, source, options);
  const failure = await run.all().then(() => undefined, (error: unknown) => ({ error }));
  try {
    await run.end();
  } catch (error) {
    const before = failure ? `; before that: ${(failure.error as Error).message}` : "";
    throw new Error(`${(error as Error).message}${before}`, { cause: failure?.error ?? error });
  }
  if (failure) throw failure.error;
  return run.result();
}

class NotebookRun {
  #path: string;
  #options: ExecuteOptions;
  #notebook: Notebook;
  #outputs = new Outputs();
  #failed: number[] = [];
  #started = performance.now();
  #written = performance.now();
  #kernel: Kernel | undefined;

  constructor(path: string, source: Notebook, options: ExecuteOptions) {
    this.#path = path;
    this.#options = options;
    const cells = source.cells.map((cell): Cell =>
      cell.cell_type === "code" ? { ...cell, outputs: [], execution_count: null } : cell
    );
    this.#notebook = { ...source, cells };
  }

  async all(): Promise<void> {
    // A name that is misspelt in the last cell is told before the first one runs.
    for (const [i, cell] of this.#notebook.cells.entries()) {
      if (!this.#options.allowErrors) this.#checkImports(cell, i);
    }
    this.#kernel = await Kernel.start({
      folder: resolve(dirname(this.#path)),
      ...(this.#options.env ? { env: this.#options.env } : {}),
    });
    const { cells } = this.#notebook;
    let count = 0;
    for (const [i, cell] of cells.entries()) {
      this.#report(i, undefined);
      this.#options.signal?.throwIfAborted();
      if (cell.cell_type !== "code" || joinText(cell.source).trim() === "") continue;
      cell.execution_count = ++count;
      if (this.#checkImports(cell, i)) await this.#cell(cell, i);
      // A disk that is full now may have room at the end, where a failure counts.
      if (performance.now() - this.#written > writeSeconds * 1000) await this.#write().catch(() => {});
    }
    this.#report(cells.length, undefined);
  }

  result(): Execution {
    const seconds = (performance.now() - this.#started) / 1000;
    return { notebook: this.#notebook, failed: this.#failed, seconds };
  }

  async end(): Promise<void> {
    await this.#kernel?.kill();
    await this.#write();
    const { html } = this.#options;
    const title = basename(this.#path, ".ipynb");
    if (html) await writeWhole(html, await notebookToHtml(this.#notebook, { title }));
  }

  /** Whether a cell imports only what there is; the kernel would not say. */
  #checkImports(cell: Cell, i: number): boolean {
    const said = cell.cell_type === "code" ? misspeltImport(joinText(cell.source)) : undefined;
    if (said === undefined) return true;
    if (!this.#options.allowErrors) this.#fail(cell, i, "TypeError", said);
    cell.outputs!.push({
      output_type: "error",
      ename: "TypeError",
      evalue: said,
      traceback: [`TypeError: ${said}`],
    });
    this.#failed.push(i + 1);
    return false;
  }

  async #cell(cell: Cell, i: number): Promise<void> {
    const started = new Date().toISOString();
    try {
      const reply = await this.#limited(cell, i);
      if (reply.status === "error") await this.#reportError(cell, i, reply);
    } finally {
      cell.metadata = {
        ...cell.metadata,
        execution: { "iopub.execute_input": started, "iopub.status.idle": new Date().toISOString() },
      };
    }
  }

  /** Run a cell under its time limit and the caller's signal. */
  async #limited(cell: Cell, i: number): Promise<Reply> {
    const { timeoutSeconds, graceSeconds = 5, signal } = this.#options;
    const limit = timeoutSeconds === undefined ? undefined : Math.min(timeoutSeconds * 1000, 2 ** 31 - 1);
    let expired = false;
    let giveUp: ReturnType<typeof setTimeout> | undefined;
    const { promise: killed, resolve: giveUpOn } = Promise.withResolvers<"stopped">();
    const stop = () => {
      this.#kernel!.interrupt();
      giveUp = setTimeout(() => giveUpOn("stopped"), graceSeconds * 1000);
    };
    const timer = limit === undefined ? undefined : setTimeout(() => {
      expired = true;
      stop();
    }, limit);
    signal?.addEventListener("abort", stop, { once: true });
    try {
      const running = this.#kernel!.execute(joinText(cell.source), (message) => this.#hear(message, cell, i));
      const ended = await Promise.race([running, killed]).catch((error) => {
        if ((expired || signal?.aborted) && error instanceof DeadKernelError) return "stopped" as const;
        throw error;
      });
      if (signal?.aborted) throw signal.reason;
      if (expired) {
        const end = ended === "stopped" ? "and did not stop when asked to" : "and was stopped";
        this.#fail(cell, i, "TimeLimitError", `The cell ran longer than ${timeoutSeconds} s ${end}`);
      }
      return ended as Reply;
    } catch (error) {
      if (error instanceof DeadKernelError) this.#fail(cell, i, "DeadKernelError", error.message, error);
      throw error;
    } finally {
      clearTimeout(timer);
      clearTimeout(giveUp);
      signal?.removeEventListener("abort", stop);
    }
  }

  #hear(message: Message, cell: Cell, i: number): void {
    this.#outputs.apply(message, cell);
    const data = message.content.data ?? {};
    const shown = data["text/plain"];
    // A figure that grows says less on a line than the progress beside it, and a page's text is too long for one.
    const short = !("image/svg+xml" in data) && !("text/markdown" in data);
    if (message.type === "update_display_data" && shown && short) {
      this.#report(i, joinText(shown));
    }
  }

  async #reportError(cell: Cell, i: number, reply: Reply): Promise<void> {
    let { ename = "Error", evalue = "" } = reply;
    if (!cell.outputs!.some((output) => output.output_type === "error")) {
      // The kernel does not say what is wrong with code that it cannot parse or load.
      const problems = await checkCells(this.#notebook.cells, this.#path, Infinity);
      const said = problems.filter((problem) => problem.cell === i + 1).map((problem) => problem.message);
      if (said.length > 0) [ename, evalue] = ["SyntaxError", said.join("\n").replace(/^SyntaxError: /, "")];
      cell.outputs!.push({ output_type: "error", ename, evalue, traceback: reply.traceback ?? [] });
    }
    this.#failed.push(i + 1);
    if (!this.#options.allowErrors) this.#throw(i, `${ename}: ${evalue}`);
  }

  #fail(cell: Cell, i: number, ename: string, evalue: string, cause?: unknown): never {
    cell.outputs!.push({ output_type: "error", ename, evalue, traceback: [`${ename}: ${evalue}`] });
    this.#failed.push(i + 1);
    this.#throw(i, evalue, cause);
  }

  #throw(i: number, what: string, cause?: unknown): never {
    const first = joinText(this.#notebook.cells[i].source).split("\n").find((line) => line.trim());
    throw new NotebookError(`Cell ${i + 1} of ${basename(this.#path)} failed: ${what}\n  in: ${first}`, {
      cell: i + 1,
      notebook: this.#notebook,
      cause,
    });
  }

  #report(i: number, note: string | undefined): void {
    const { cells } = this.#notebook;
    const heading = cells.slice(0, i + 1).reverse()
      .map((cell) =>
        cell.cell_type === "markdown" ? /^#+\s+(.+)$/m.exec(joinText(cell.source))?.[1] : undefined
      )
      .find((title) => title !== undefined);
    const words = [heading, note].filter((part) => part !== undefined).join(" · ");
    this.#options.onProgress?.({
      label: basename(this.#path),
      done: i,
      total: cells.length,
      unit: "cells",
      ...(words ? { note: words } : {}),
    });
  }

  async #write(): Promise<void> {
    const { output } = this.#options;
    this.#written = performance.now();
    if (output) await writeWhole(output, formatNotebook(this.#notebook));
  }
}
