import { ofKind } from "../base/mod.ts";

/** Options of {@linkcode LineProcess}. */
export interface LineProcessOptions {
  /** The program's arguments. */
  args: string[];
  /** Variables of its environment beside this process's own. @default {none} */
  env?: Record<string, string>;
  /** How its answers begin, where it may print other lines too. @default {all lines are answers} */
  mark?: string;
  /** Whether its standard error goes where this process's goes, or is kept. @default {"inherit"} */
  stderr?: "inherit" | "piped";
}

/** A program that reads lines of JSON on its standard input and answers with lines of JSON on its standard output. */
export class LineProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: AsyncIterator<string>;
  readonly #mark: string;
  /** What it wrote to its standard error, if that is kept. */
  readonly errors: Promise<string>;

  /** Start a program. @throws {Deno.errors.NotFound} If there is none of this name. */
  constructor(command: string, options: LineProcessOptions) {
    const { args, env = {}, mark = "", stderr = "inherit" } = options;
    this.#child = new Deno.Command(command, { args, env, stdin: "piped", stdout: "piped", stderr }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#lines = lines(this.#child.stdout);
    this.#mark = mark;
    this.errors = stderr === "piped" ? new Response(this.#child.stderr).text() : Promise.resolve("");
  }

  /** Its number among the machine's processes. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Send a line. One that has ended does not hear it. */
  async send(value: unknown): Promise<void> {
    await this.#input.write(new TextEncoder().encode(JSON.stringify(value) + "\n")).catch(() => {});
  }

  /** Its next answer, or `undefined` if its output has ended. */
  async answer<Answer extends object>(): Promise<Answer | undefined> {
    for (let next = await this.#lines.next(); !next.done; next = await this.#lines.next()) {
      if (next.value.startsWith(this.#mark)) return JSON.parse(next.value.slice(this.#mark.length));
    }
  }

  /** How it ended, when it has: `SIGKILL`, or `code 1`. */
  async ended(): Promise<string> {
    const { signal, code } = await this.#child.status;
    return signal ?? `code ${code}`;
  }

  /** End it at once. */
  kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }

  /** End its input, and wait until it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {});
    // It may have more to say than its pipe holds.
    while (!(await this.#lines.next()).done);
    await this.#child.status;
  }
}

/**
 * Lines of a stream of text, without their line feeds; the last one may have none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { lines } from "midtrain/run";
 *
 * const stream = new Response("one\ntwo").body!;
 * assert.deepEqual(await Array.fromAsync(lines(stream)), ["one", "two"]);
 * ```
 */
export async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  ofKind("Cannot read lines", { stream }, "an object with getReader");
  let rest = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    const whole = (rest + part).split("\n");
    rest = whole.pop()!;
    yield* whole;
  }
  if (rest) yield rest;
}
