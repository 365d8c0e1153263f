/** A program that answers each line on its standard input with one line of JSON: a bench's candidate in its own process. */
export class Worker implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: AsyncIterator<string>;
  readonly #errors: Promise<string>;
  readonly #name: string;

  /** Start a program. Its standard error is read only where it fails. @throws {Error} If there is no such program. */
  constructor(name: string, command: string, args: string[], env: Record<string, string> = {}) {
    this.#name = name;
    const piped = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
    try {
      this.#child = new Deno.Command(command, { args, env, ...piped }).spawn();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new Error(`Cannot run ${name} as there is no program ${command}`, { cause: error });
    }
    this.#input = this.#child.stdin.getWriter();
    this.#answers = lines(this.#child.stdout);
    this.#errors = new Response(this.#child.stderr).text();
  }

  /**
   * Its next answer, after a question if there is one.
   *
   * @throws {Error} If the program ended; with the last line that it wrote.
   */
  async answer<T>(question?: object): Promise<T> {
    if (question) await this.#input.write(new TextEncoder().encode(JSON.stringify(question) + "\n"));
    const { value, done } = await this.#answers.next();
    if (!done) return JSON.parse(value);
    const last = (await this.#errors).trim().split("\n").at(-1);
    throw new Error(`Cannot run ${this.#name} as it ended: ${last}`);
  }

  /** End of input: the program ends by itself. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {});
    await this.#child.status;
  }
}

/** Lines of a stream of text. */
export async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    const [...whole] = (rest + part).split("\n");
    rest = whole.pop()!;
    yield* whole;
  }
  if (rest) yield rest;
}
