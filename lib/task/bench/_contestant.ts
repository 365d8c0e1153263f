import { LineProcess } from "../../run/mod.ts";

/** A program that answers each line on its standard input with one line of JSON: a bench's candidate in its own process. */
export class Contestant implements AsyncDisposable {
  readonly #process: LineProcess;
  readonly #name: string;

  /** Start a program. Its standard error is read only where it fails. @throws {Error} If there is no such program. */
  constructor(name: string, command: string, args: string[], env: Record<string, string> = {}) {
    this.#name = name;
    try {
      this.#process = new LineProcess(command, { args, env, stderr: "piped" });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new Error(`Cannot run ${name} as there is no program ${command}`, { cause: error });
    }
  }

  /** Its number among the machine's processes. */
  get pid(): number {
    return this.#process.pid;
  }

  /**
   * Its next answer, after a question if there is one.
   *
   * @throws {Error} If the program ended; with the last line that it wrote.
   */
  async answer<T extends object>(question?: object): Promise<T> {
    if (question) await this.#process.send(question);
    const answer = await this.#process.answer<T>();
    if (answer) return answer;
    const last = (await this.#process.errors).trim().split("\n").at(-1);
    throw new Error(`Cannot run ${this.#name} as it ended: ${last}`);
  }

  /** Its next answer, or nothing where it takes longer than some seconds: it is then ended. */
  async answerWithin<T extends object>(seconds: number, question?: object): Promise<T | undefined> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#process.kill();
    }, 1000 * seconds);
    try {
      return await this.answer<T>(question);
    } catch (error) {
      if (!late) throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** End of input: the program ends by itself. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#process[Symbol.asyncDispose]();
  }
}
