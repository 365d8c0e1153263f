import { fileURLToPath } from "node:url";
import { encodePair, mean, type ScoredPair } from "../../base/mod.ts";
import { benchmarks } from "../../evaluate/mod.ts";
import { questionsOf } from "../../evaluate/_questions.ts";
import { asksChoices } from "../../evaluate/benchmark.ts";
import { type EmbeddedModel, openEmbedded } from "../../llm/mod.ts";
import { available, ensure } from "../../native/mod.ts";
import { arc, mmlu } from "../../sets/mod.ts";
import { Contestant } from "./_contestant.ts";
import { type BenchOptions, type BenchRow, cpuSeconds } from "./_row.ts";

/** Items that are rated in one call. */
const TOGETHER = 10;

/** Benchmarks, and the examples in front of each. */
const ASKED = [{ name: "arc-easy", shots: 0 }, { name: "mmlu", shots: 5 }];

/**
 * Items of benchmarks rated by the embedded model on one thread; with peers, the same items by llama.cpp's own server with the same
 * weights and thread, in the same run.
 */
export async function benchEvaluation({ seconds, peers }: BenchOptions): Promise<BenchRow[]> {
  if (!await available("smollm2") || !await arc.available() || !await mmlu.available()) return [];
  const { model: path } = await ensure("smollm2");
  await using model = await openEmbedded({ modelPath: path });
  await using peer = peers ? await LlamaServer.open(path) : undefined;
  const rows: BenchRow[] = [];
  for (const { name, shots } of ASKED) {
    const items = await itemsOf(name, shots);
    // Loaded and warm, outside the measurement.
    await model.loglikelihood(items.at(-1)!.pairs);
    const start = cpuSeconds();
    const ours: number[][] = [];
    while (ours.length < items.length && cpuSeconds() - start < seconds) {
      ours.push(...await rate(model, items.slice(ours.length, ours.length + TOGETHER)));
    }
    const spent = cpuSeconds() - start;
    const asked = items.slice(0, ours.length);
    const what = `rating ${name}, ${shots} examples in front`;
    const unit = "items/CPU-s";
    const accuracy = (ratings: number[][]) =>
      mean(ratings.map((own, i) => Number(own.indexOf(Math.max(...own)) === asked[i].gold))).toFixed(3);
    rows.push({
      ...{ name: what, value: ours.length / spent, unit, cpuSeconds: spent },
      note: `${model.identity}, 1 thread; ${ours.length} items, accuracy ${accuracy(ours)}`,
    });
    if (!peer) continue;
    await peer.rate(model, items.slice(-1));
    const { ratings, cpu } = await peer.rate(model, asked);
    const apart = Math.max(
      ...ratings.flatMap((own, i) => own.map((rating, j) => Math.abs(rating - ours[i][j]))),
    );
    rows.push({
      ...{ name: what, value: ratings.length / cpu, unit, cpuSeconds: cpu, peer: peer.library },
      note: `1 thread, its cache of prompts on; accuracy ${accuracy(ratings)}, ratings apart by ${
        apart.toFixed(2)
      } nats at most`,
    });
  }
  return rows;
}

interface Item {
  pairs: readonly ScoredPair[];
  gold: number;
}

async function itemsOf(name: string, shots: number): Promise<Item[]> {
  const how = { form: "lm-eval", shots, limit: 200, subset: "first", seed: 1234 } as const;
  const questions = await questionsOf(benchmarks[name], how);
  return questions.flatMap(({ asked }) =>
    asksChoices(asked) ? [{ pairs: asked.choices, gold: asked.gold }] : []
  );
}

async function rate(model: EmbeddedModel, items: readonly Item[]): Promise<number[][]> {
  const rated = await model.loglikelihood(items.flatMap(({ pairs }) => pairs));
  let at = 0;
  return items.map(({ pairs }) =>
    rated.slice(at, at += pairs.length).map(({ logLikelihood }) => logLikelihood)
  );
}

/** llama.cpp's server in Python. */
class LlamaServer implements AsyncDisposable {
  readonly library: string;
  readonly #contestant: Contestant;

  private constructor(library: string, contestant: Contestant) {
    this.library = library;
    this.#contestant = contestant;
  }

  static async open(path: string): Promise<LlamaServer> {
    const python = Deno.env.get("MIDTRAIN_PEER_PYTHON") ?? "python3";
    const contestant = new Contestant(
      `xllamacpp (MIDTRAIN_PEER_PYTHON must name a Python that has it; now ${python})`,
      python,
      [fileURLToPath(new URL("peers/rating_llama_cpp.py", import.meta.url)), path],
    );
    const { library } = await contestant.answer<{ library: string }>();
    return new LlamaServer(library, contestant);
  }

  /** Items cut into tokens as we cut them. */
  rate(model: EmbeddedModel, items: readonly Item[]): Promise<{ ratings: number[][]; cpu: number }> {
    return this.#contestant.answer({
      items: items.map(({ pairs }) => {
        const cut = pairs.map((pair) => encodePair(pair, (text) => model.tokenize(text)));
        return { context: cut[0].prefix, choices: cut.map(({ continuation }) => continuation) };
      }),
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#contestant[Symbol.asyncDispose]();
  }
}
