// deno-lint-ignore-file camelcase -- lm-eval's names
import { fileURLToPath } from "node:url";
import { serve } from "../../llm/mod.ts";
import { Contestant } from "../bench/_contestant.ts";

/** One item as lm-eval asked and graded it. */
export interface TheirChoices {
  pairs: [context: string, continuation: string][];
  ratings: [logLikelihood: number, greedy: boolean][];
  /** Tokens of each continuation. */
  tokens: number[];
  scores: Record<string, number>;
}

/** The same of a text. */
export interface TheirText {
  prompt: string;
  text: string;
  scores: Record<string, number>;
}

/** What lm-eval is asked. */
export interface TheirTask {
  /** The task's own file below lm_eval/tasks. */
  yaml: string;
  data_files: Record<string, string>;
  shots: number;
  limit: number;
}

/** lm-eval as a program of its own, over the embedded model's server; it reaches nothing else. */
export class LmEval implements AsyncDisposable {
  readonly library: string;
  readonly #contestant: Contestant;
  readonly #server: AsyncDisposable;

  private constructor(library: string, contestant: Contestant, server: AsyncDisposable) {
    this.library = library;
    this.#contestant = contestant;
    this.#server = server;
  }

  /** Start both. @param folder Where lm-eval keeps what it unpacks. */
  static async open(python: string, folder: string): Promise<LmEval> {
    const program = fileURLToPath(new URL("../bench/peers/lm_eval_scores.py", import.meta.url));
    const server = await serve();
    try {
      const contestant = new Contestant(
        `lm-eval (MIDTRAIN_PEER_PYTHON must name a Python that has it; now ${python})`,
        python,
        [program, server.url, server.model],
        {
          HF_HOME: `${folder}/hf`,
          HF_HUB_OFFLINE: "1",
          HF_DATASETS_OFFLINE: "1",
          HF_DATASETS_CACHE: `${folder}/hf`,
          TQDM_DISABLE: "1",
        },
      );
      const { library } = await contestant.answer<{ library: string }>();
      return new LmEval(library, contestant, server);
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Its answers to one of its tasks, an item each. */
  async ask<Sample>(task: TheirTask): Promise<Sample[]> {
    const { samples } = await this.#contestant.answer<{ samples: Sample[] }>(task);
    return samples;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#contestant[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
  }
}
