import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { fileURLToPath } from "node:url";
import type { Json } from "../base/mod.ts";
import { flatten } from "./_sweep_table.ts";

/** What became of a point. */
export type Answer = { result: Record<string, Json> } | { reason: string };

/** What marks an answer among whatever else is printed. */
export const ANSWER = "midtrain sweep: ";

/** Do the work of a point, and give its failure as an answer too. */
export async function answerOf(work: () => unknown): Promise<Answer> {
  try {
    return { result: flatten(await work() ?? {}) };
  } catch (error) {
    return { reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

/** A process that works on one point after another. */
export class SweepProcess {
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: AsyncIterator<string>;

  /** Start one; each gets its share of the machine's threads. */
  constructor(module: string, processes: number) {
    const threads = Math.max(1, Math.floor(navigator.hardwareConcurrency / processes));
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", fileURLToPath(new URL("./_sweep_worker.ts", import.meta.url)), module],
      env: { TF_NUM_INTRAOP_THREADS: Deno.env.get("TF_NUM_INTRAOP_THREADS") ?? String(threads) },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#stdin = this.#child.stdin.getWriter();
    const input = Readable.fromWeb(this.#child.stdout as unknown as ReadableStream);
    this.#lines = createInterface({ input })[Symbol.asyncIterator]();
  }

  /** The answer to a point, and whether the process is there for another. */
  async run(point: unknown): Promise<{ answer: Answer; alive: boolean }> {
    // A process that has died is heard of by the end of its output.
    await this.#stdin.write(new TextEncoder().encode(JSON.stringify(point) + "\n")).catch(() => {});
    for (let next = await this.#lines.next(); !next.done; next = await this.#lines.next()) {
      if (next.value.startsWith(ANSWER)) {
        return { answer: JSON.parse(next.value.slice(ANSWER.length)), alive: true };
      }
    }
    const { signal, code } = await this.#child.status;
    return { answer: { reason: `its process ended with ${signal ?? `code ${code}`}` }, alive: false };
  }

  /** Let it end: it has nothing left to do. */
  async close(): Promise<void> {
    await this.#stdin.close().catch(() => {});
    for (let next = await this.#lines.next(); !next.done;) next = await this.#lines.next();
    await this.#child.status;
  }

  /** End it in the middle of its point. */
  kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}
