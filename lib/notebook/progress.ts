import { inRange, ofKind, type OnProgress, type ProgressEvent, takes } from "../base/mod.ts";
import { palette } from "../figure/mod.ts";
import { jupyter } from "./_jupyter.ts";
import { Slot } from "./_slot.ts";
import { escapeHtml } from "./_words.ts";

/** Options of {@linkcode progress}. */
export interface ProgressOptions {
  /** How much there is in all, in `unit`. @default {unknown} */
  total?: number;
  /** The unit of what is counted, for example `steps`; `bytes` are written as MB. @default {"steps"} */
  unit?: string;
}

/** A progress display. */
export interface Progress extends AsyncDisposable {
  /** Say how much is done in all, and a few words about it. Cheap: most calls draw nothing. */
  update(done: number, note?: string): void;
  /** Draw the last state with the time it took, and wait until it is shown. */
  done(note?: string): Promise<void>;
}

/** Where a display draws itself. */
interface Surface {
  draw(state: State): void;
  end(state: State): Promise<void>;
}

interface State extends Required<Pick<ProgressEvent, "label" | "done" | "unit">> {
  total?: number | undefined;
  note?: string | undefined;
  /** How much was done when the display began, for example by an earlier run. */
  first: number;
  seconds: number;
  ended: boolean;
}

/** How often a display draws, in milliseconds. */
const drawMilliseconds = 150;

/**
 * Show how far a piece of work is: in a notebook one display that updates, on a terminal @std/cli's bar, elsewhere a plain
 * line each 10 % (or each doubling, when the total is unknown), on stderr.
 *
 * @param label What is being done.
 * @throws {RangeError} If `total` is not >= 0.
 * @example
 * ```ts
 * import { progress } from "midtrain/notebook";
 *
 * await using bar = progress("decay", { total: 2, unit: "steps" });
 * for (let step = 1; step <= 2; step++) bar.update(step, `loss ${3 / step}`);
 * ```
 */
export function progress(label: string, options: ProgressOptions = {}): Progress {
  takes("Cannot show progress", options, "total?, unit?");
  ofKind("Cannot show progress", { label }, "a text");
  const { total, unit = "steps" } = options;
  if (total !== undefined) inRange("Cannot show progress", { total }, ">= 0");
  return openProgress(label, { total, unit });
}

/**
 * A listener for the kit's long work that shows one display a label. A display ends when its total is reached; dispose the
 * listener to end the others.
 *
 * @example
 * ```ts
 * import { onProgress } from "midtrain/notebook";
 *
 * await using report = onProgress();
 * report({ label: "download", done: 3, total: 3, unit: "bytes" });
 * ```
 */
export function onProgress(): OnProgress & AsyncDisposable {
  const displays = new Map<string, InnerProgress>();
  const endings: Promise<void>[] = [];
  const listener = ({ label, done, total, unit, note }: ProgressEvent) => {
    let display = displays.get(label);
    if (!display) {
      display = openProgress(label, { first: done, unit });
      displays.set(label, display);
    }
    display.update(done, note, total);
    if (total !== undefined && done >= total) {
      displays.delete(label);
      endings.push(display.done());
    }
  };
  return Object.assign(listener, {
    async [Symbol.asyncDispose]() {
      await Promise.all([...endings, ...[...displays.values()].map((display) => display.done())]);
      displays.clear();
    },
  });
}

interface InnerProgress extends Progress {
  update(done: number, note?: string, total?: number): void;
}

function openProgress(
  label: string,
  options: { first?: number; total?: number | undefined; unit: string },
): InnerProgress {
  const started = performance.now();
  const state: State = { label, first: 0, done: 0, ...options, seconds: 0, ended: false };
  const surface = jupyter()
    ? new NotebookSurface()
    : Deno.stderr.isTerminal()
    ? new TerminalSurface()
    : new LineSurface();
  let drawn = -Infinity;
  let ending: Promise<void> | undefined;
  return {
    update(done, note, total) {
      if (state.ended) return;
      state.done = done;
      state.note = note ?? state.note;
      state.total = total ?? state.total;
      const now = performance.now();
      state.seconds = (now - started) / 1000;
      if (now - drawn < drawMilliseconds) return;
      drawn = now;
      surface.draw(state);
    },
    done(note) {
      if (ending) return ending;
      state.note = note ?? state.note;
      state.seconds = (performance.now() - started) / 1000;
      state.ended = true;
      return ending = surface.end(state);
    },
    async [Symbol.asyncDispose]() {
      await this.done();
    },
  };
}

class NotebookSurface implements Surface {
  #slot = new Slot();

  draw(state: State): void {
    this.#slot.draw({ "text/html": progressHtml(state), "text/plain": progressText(state) });
  }

  async end(state: State): Promise<void> {
    this.draw(state);
    await this.#slot.settled();
  }
}

/** What @std/cli's bar needs to be told. */
interface Bar {
  value: number;
  max: number;
  stop(): Promise<void>;
}

class TerminalSurface implements Surface {
  #state: State | undefined;
  #bar: Promise<Bar> | undefined;

  draw(state: State): void {
    this.#state = state;
    this.#bar ??= this.#open();
  }

  async end(state: State): Promise<void> {
    this.draw(state);
    await (await this.#bar!).stop();
  }

  async #open(): Promise<Bar> {
    const { ProgressBar } = await import("@std/cli/unstable-progress-bar");
    return new ProgressBar({ max: 1, formatter: () => progressText(this.#state!) });
  }
}

class LineSurface implements Surface {
  #last = -Infinity;
  #printed = "";

  draw(state: State): void {
    const { done, total } = state;
    const mark = total ? Math.floor(10 * done / total) : done > 0 ? Math.floor(Math.log2(done)) : 0;
    if (mark > this.#last) this.#print(state);
    this.#last = Math.max(mark, this.#last);
  }

  end(state: State): Promise<void> {
    this.#print(state);
    return Promise.resolve();
  }

  #print(state: State): void {
    const said = `${state.done} ${state.note}`;
    if (said === this.#printed) return;
    this.#printed = said;
    // deno-lint-ignore no-console
    console.error(progressText(state));
  }
}

/** `decay ━━━━━━━━━━────────── 50 % · 100 of 200 steps · 3.1 s, 3.1 s left · loss 3.2`. */
function progressText(state: State): string {
  const share = shareDone(state);
  const length = 20;
  const full = share === undefined ? 0 : Math.floor(share * length);
  const bar = share === undefined
    ? ""
    : ` ${"━".repeat(full)}${"─".repeat(length - full)} ${Math.floor(share * 100)} %`;
  return `${state.label}${bar} · ${details(state).join(" · ")}`;
}

function progressHtml(state: State): string {
  const share = shareDone(state);
  const width = share === undefined ? (state.ended ? 100 : 8) : share * 100;
  const color = state.ended && (share ?? 1) < 1 ? palette[4] : palette[0];
  const percent = share === undefined ? "" : ` <span style="opacity:.7">${Math.floor(share * 100)} %</span>`;
  return `<div class="midtrain-progress" style="max-width:560px;font-size:13px"><div><b>${
    escapeHtml(state.label)
  }</b>${percent}</div><div style="background:rgba(128,128,128,.25);border-radius:4px;height:6px;margin:4px 0"><div style="background:${color};border-radius:4px;height:6px;width:${
    width.toFixed(1)
  }%"></div></div><div style="opacity:.7">${escapeHtml(details(state).join(" · "))}</div></div>`;
}

function shareDone({ done, total }: State): number | undefined {
  return total === undefined ? undefined : total === 0 ? 1 : Math.min(1, Math.max(0, done / total));
}

function details(state: State): string[] {
  const { first, done, total, unit, seconds, ended, note } = state;
  const amount = unit === "bytes"
    ? `${megabytes(done)}${total === undefined ? "" : ` of ${megabytes(total)}`} MB`
    : `${done.toLocaleString("en")}${total === undefined ? "" : ` of ${total.toLocaleString("en")}`} ${unit}`;
  const left = total !== undefined && done > first && done < total
    ? seconds * (total - done) / (done - first)
    : undefined;
  const time = clock(seconds) + (ended || left === undefined ? "" : `, ${clock(left)} left`);
  return [amount, time, ...(note ? [note] : [])];
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toLocaleString("en", { maximumFractionDigits: bytes < 1e7 ? 1 : 0 });
}

function clock(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}
