import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  backend,
  byteTokenizer,
  type Checkpoint,
  countParameters,
  extendContext,
  flopsPerToken,
  ggufTokenizer,
  type LlamaConfig,
  llamaConfig,
  loadGguf,
  logitsOf,
  packDocuments,
  type Preset,
  saveCheckpoint,
  scorerOf,
  type Tokenizer,
  train,
} from "../../anneal/mod.ts";
import { toHuggingFace } from "../../anneal/config_json.ts";
import { encodePair, Random, type ScoredPair } from "../../base/mod.ts";
import { benchmarks, evaluate } from "../../evaluate/mod.ts";
import { available, ensure } from "../../native/mod.ts";
import { arc } from "../../sets/mod.ts";
import { Contestant } from "../bench/_contestant.ts";
import { decoderRows, recordDecoders } from "./_decoders.ts";
import { midtrained } from "./_midtrained.ts";
import { part } from "./_part.ts";
import { claim, near, same, skipped, type VerifyRow } from "./_row.ts";

/** The largest difference between two logits that passes. */
const TOLERANCE = 1e-3;

const PRESETS: readonly Preset[] = ["1M", "10M", "60M", "135M", "360M", "1B"];

/** The rows of one comparison, given the peer and a folder to write to. */
type Comparison = (peer: Peer, folder: string) => Promise<VerifyRow[]>;

const COMPARISONS: Record<string, Comparison> = {
  decoders,
  checkpoints,
  smollm2,
  scores,
  benchmark,
  context,
  counts,
  midtrained,
};

export default part({
  help: `models written by this kit, loaded by Python's transformers: logits, scores, counts
[NAME ...]     which: NAMES; default: all
--record FILE  write what transformers says of the decoders as the numbers that a test holds`,
  flags: { record: "text" },
  names: Object.keys(COMPARISONS),
  async *verify({ record }, names, say) {
    const python = Deno.env.get("MIDTRAIN_PEER_PYTHON") ?? "python3";
    const program = fileURLToPath(new URL("../bench/peers/llama_transformers.py", import.meta.url));
    await using contestant = new Contestant(
      `transformers beside (MIDTRAIN_PEER_PYTHON must name a Python with torch and transformers; now ${python})`,
      python,
      [program],
      { HF_HUB_OFFLINE: "1", TRANSFORMERS_VERBOSITY: "error" },
    );
    const { library } = await contestant.answer<{ library: string }>();
    say(library);
    say(`${await backend()}`);
    const folder = await Deno.makeTempDir();
    try {
      if (record !== undefined) {
        await recordDecoders((question) => contestant.answer(question), folder, record);
        return yield claim("decoders", library, { ours: record, allowed: "written", holds: true });
      }
      for (const name of names) {
        say(`${name} ...`);
        yield* await COMPARISONS[name](new Peer(contestant, library), folder);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** Python's transformers, asked about folders. */
class Peer {
  readonly library: string;
  readonly #contestant: Contestant;

  constructor(contestant: Contestant, library: string) {
    this.#contestant = contestant;
    this.library = library;
  }

  /** Logits `[T, V]` of a checkpoint folder. */
  async logits(
    checkpoint: string,
    tokens: readonly number[],
  ): Promise<{ values: Float32Array; strange: string; model: string }> {
    const file = `${checkpoint}.logits`;
    const { strange, model } = await this.#contestant.answer<
      { strange: Record<string, string[]>; model: string }
    >(
      { what: "logits", checkpoint, tokens, file },
    );
    return {
      values: new Float32Array((await Deno.readFile(file)).buffer),
      strange: JSON.stringify(strange),
      model,
    };
  }

  /** Any other question. */
  ask<T extends object>(question: object): Promise<T> {
    return this.#contestant.answer<T>(question);
  }

  /** Parameters, and operations of one forward and backward pass over a sequence. */
  counts(checkpoint: string, context: number): Promise<{ parameters: number; flops: number }> {
    return this.#contestant.answer({ what: "counts", checkpoint, context });
  }
}

/** Our logits beside theirs, of a checkpoint written to `path`. */
async function compare(
  peer: Peer,
  path: string,
  checkpoint: Checkpoint,
  tokens: readonly number[],
  item: string,
): Promise<VerifyRow[]> {
  await saveCheckpoint(path, checkpoint);
  const ours = await logitsOf(checkpoint, tokens);
  const { values, strange, model } = await peer.logits(path, tokens);
  if (ours.length !== values.length) throw new Error(`${item}: ${values.length} logits, not ${ours.length}`);
  let worst = 0;
  let at = 0;
  let spread = 0;
  values.forEach((logit, i) => {
    spread = Math.max(spread, Math.abs(logit));
    if (Math.abs(logit - ours[i]) <= worst) return;
    [worst, at] = [Math.abs(logit - ours[i]), i];
  });
  const V = checkpoint.config.vocabularySize;
  const source = `${peer.library}, ${model}`;
  const where = `${item}: logits of ${tokens.length} tokens, up to ${spread.toFixed(1)}; worst at position ${
    Math.floor(at / V)
  }`;
  return [
    near(where, source, values[at], ours[at], { tolerance: TOLERANCE }),
    same(`${item}: tensors missing, unexpected or misshapen`, source, "{}", strange),
  ];
}

/** A model after a few steps: weights that no initialisation has. */
async function trained(config: LlamaConfig): Promise<Checkpoint> {
  const random = new Random("verify");
  const words = "the cat sees a dog and likes it not".split(" ");
  const text = Array.from({ length: 4000 }, () => random.pick(words)).join(" ");
  const source = await packDocuments([{ id: "0", text, source: "words", meta: {} }], byteTokenizer());
  const { checkpoint } = await train({
    config,
    sources: [source],
    schedule: () => 3e-3,
    steps: 30,
    batch: 4,
    context: 64,
  });
  return checkpoint;
}

function someTokens(count: number, vocabulary: number): number[] {
  const random = new Random("tokens");
  return Array.from({ length: count }, () => random.int(vocabulary));
}

const SMALL: Partial<LlamaConfig> = { layers: 3, heads: 4, keyValueHeads: 2 };

const SMALL_MODELS: Record<string, Partial<LlamaConfig>> = {
  "grouped attention, tied": SMALL,
  "full attention, untied": { ...SMALL, keyValueHeads: 4, tieEmbeddings: false },
  "one key-value head, queries and keys normed": { ...SMALL, keyValueHeads: 1, qkNorm: true },
};

async function checkpoints(peer: Peer, folder: string): Promise<VerifyRow[]> {
  const rows: VerifyRow[] = [];
  for (const [item, changes] of Object.entries(SMALL_MODELS)) {
    const checkpoint = await trained(llamaConfig("1M", changes));
    rows.push(...await compare(peer, join(folder, item), checkpoint, someTokens(256, 257), item));
  }
  return rows;
}

function decoders(peer: Peer, folder: string): Promise<VerifyRow[]> {
  return decoderRows((question) => peer.ask(question), peer.library, folder);
}

async function smollm2(peer: Peer, folder: string): Promise<VerifyRow[]> {
  if (!await available("smollm2")) {
    return [skipped("smollm2", "the embedded model is not set up: deno task setup")];
  }
  const { model } = await ensure("smollm2");
  const tokenizer = await ggufTokenizer(model);
  const tokens = Array.from(tokenizer.encode(
    "Mid-training sits between pre-training and post-training: the learning rate decays while a curated mixture comes in.",
  ));
  return await compare(
    peer,
    join(folder, "smollm2"),
    await loadGguf(model),
    tokens,
    "SmolLM2-135M out of GGUF",
  );
}

/** Pairs of a few tokens and of many, a border inside a word, an empty context, and one that does not fit. */
const PAIRS: ScoredPair[] = [
  { context: "the cat sees", continuation: " a dog" },
  { context: "the cat sees ", continuation: "it and likes the dog" },
  { context: "a d", continuation: "og" },
  { context: "", continuation: "the dog" },
  { context: `${"the cat sees a dog and ".repeat(15)}likes`, continuation: " it not" },
];

async function scores(peer: Peer, folder: string): Promise<VerifyRow[]> {
  const rows: VerifyRow[] = [];
  for (const [item, changes] of Object.entries(SMALL_MODELS)) {
    const checkpoint = await trained(llamaConfig("1M", changes));
    rows.push(
      ...await compareScores(peer, join(folder, `${item} scores`), checkpoint, byteTokenizer(), item),
    );
  }
  if (!await available("smollm2")) {
    return [...rows, skipped("scores of SmolLM2", "the embedded model is not set up: deno task setup")];
  }
  const { model } = await ensure("smollm2");
  const [checkpoint, tokenizer] = [await loadGguf(model), await ggufTokenizer(model)];
  const item = "SmolLM2-135M out of GGUF";
  return [...rows, ...await compareScores(peer, join(folder, "smollm2 scores"), checkpoint, tokenizer, item)];
}

/** Log-likelihoods of pairs that follow from their logits of a checkpoint that lies at `path`. */
async function theirScores(
  peer: Peer,
  path: string,
  { checkpoint, tokenizer, pairs }: {
    checkpoint: Checkpoint;
    tokenizer: Tokenizer;
    pairs: readonly ScoredPair[];
  },
): Promise<{ logLikelihood: number; greedy: boolean }[]> {
  const { vocabularySize: V, context } = checkpoint.config;
  const encode = (text: string) => Array.from(tokenizer.encode(text));
  const scores: { logLikelihood: number; greedy: boolean }[] = [];
  for (const pair of pairs) {
    const { prefix, continuation } = encodePair(pair, encode);
    const whole = [...prefix.length > 0 ? prefix : [tokenizer.endOfDocument], ...continuation];
    const seen = whole.slice(-context - 1);
    const { values } = await peer.logits(path, seen.slice(0, -1));
    let logLikelihood = 0;
    let greedy = true;
    for (let at = seen.length - 1 - continuation.length; at < seen.length - 1; at++) {
      const row = values.subarray(at * V, (at + 1) * V);
      const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
      const sum = row.reduce((all, logit) => all + Math.exp(logit - most), 0);
      logLikelihood += row[seen[at + 1]] - most - Math.log(sum);
      greedy &&= row[seen[at + 1]] === most;
    }
    scores.push({ logLikelihood, greedy });
  }
  return scores;
}

/** Items of ARC-Easy, evaluated by both. */
const ITEMS = 10;

async function benchmark(peer: Peer, folder: string): Promise<VerifyRow[]> {
  if (!await arc.available()) return [skipped("ARC-Easy", "the data set arc is not on this machine")];
  const small = await trained(llamaConfig("1M", { ...SMALL, context: 512 }));
  const rows = await compareItems(peer, join(folder, "small items"), {
    ...{ checkpoint: small, tokenizer: byteTokenizer(), item: "a small model of bytes" },
  });
  if (!await available("smollm2")) {
    return [...rows, skipped("ARC-Easy by SmolLM2", "the embedded model is not set up: deno task setup")];
  }
  const { model } = await ensure("smollm2");
  return [
    ...rows,
    ...await compareItems(peer, join(folder, "smollm2 items"), {
      ...{ checkpoint: await loadGguf(model), tokenizer: await ggufTokenizer(model) },
      item: "SmolLM2-135M out of GGUF",
    }),
  ];
}

/** Every choice of the same items rated by `evaluate()` and by their logits, and the items' verdicts. */
async function compareItems(
  peer: Peer,
  path: string,
  { checkpoint, tokenizer, item }: { checkpoint: Checkpoint; tokenizer: Tokenizer; item: string },
): Promise<VerifyRow[]> {
  await saveCheckpoint(path, checkpoint);
  const scorer = scorerOf(checkpoint, tokenizer);
  const pairs: ScoredPair[] = [];
  const found: number[] = [];
  const listening = {
    async loglikelihood(asked: readonly ScoredPair[]) {
      const rated = await scorer.loglikelihood(asked);
      pairs.push(...asked);
      found.push(...rated.map(({ logLikelihood }) => logLikelihood));
      return rated;
    },
  };
  const how = { form: "lm-eval", shots: 0, limit: ITEMS, subset: "first" } as const;
  const { items } = await evaluate(listening, benchmarks["arc-easy"], how);
  const theirs = await theirScores(peer, path, { checkpoint, tokenizer, pairs });
  const off = found.map((logLikelihood, i) => Math.abs(logLikelihood - theirs[i].logLikelihood));
  const worst = off.indexOf(Math.max(...off));
  // The choices of an item share its context, which no other item has.
  const groups = Map.groupBy(pairs.keys(), (i) => pairs[i].context);
  const best = Array.from(groups.values(), (own) => {
    const logs = own.map((i) => theirs[i].logLikelihood);
    return logs.indexOf(Math.max(...logs));
  });
  return [
    near(
      `${item}: ${pairs.length} choices of ${ITEMS} items of ARC-Easy; worst log-likelihood`,
      peer.library,
      theirs[worst].logLikelihood,
      found[worst],
      { tolerance: TOLERANCE },
    ),
    same(
      `${item}: the choice of each item`,
      peer.library,
      `${best}`,
      `${items.map(({ chosen }) => chosen)}`,
    ),
  ];
}

/** Our log-likelihoods and greedy continuation beside those that follow from their logits, of a checkpoint written to `path`. */
async function compareScores(
  peer: Peer,
  path: string,
  checkpoint: Checkpoint,
  tokenizer: Tokenizer,
  item: string,
): Promise<VerifyRow[]> {
  await saveCheckpoint(path, checkpoint);
  const scorer = scorerOf(checkpoint, tokenizer);
  const encode = (text: string) => Array.from(tokenizer.encode(text));
  const found = await scorer.loglikelihood(PAIRS);
  const expected = await theirScores(peer, path, { checkpoint, tokenizer, pairs: PAIRS });
  const off = found.map(({ logLikelihood }, i) => Math.abs(logLikelihood - expected[i].logLikelihood));
  const worst = off.indexOf(Math.max(...off));
  const prompt = "the cat sees";
  const { text } = await scorer.generate(prompt, { maxTokens: 8 });
  const written = [...encode(prompt)];
  for (let token = 0; token < 8; token++) {
    const { values } = await peer.logits(path, written);
    const last = values.subarray(-checkpoint.config.vocabularySize);
    written.push(last.indexOf(last.reduce((a, b) => Math.max(a, b), -Infinity)));
  }
  const { library } = peer;
  return [
    near(
      `${item}: log-likelihoods of ${PAIRS.length} pairs; worst of pair ${worst}`,
      library,
      expected[worst].logLikelihood,
      found[worst].logLikelihood,
      { tolerance: 1e-4 },
    ),
    same(
      `${item}: pairs that greedy decoding writes`,
      library,
      `${expected.map(({ greedy }) => greedy)}`,
      `${found.map(({ greedy }) => greedy)}`,
    ),
    same(
      `${item}: 8 tokens at temperature 0`,
      library,
      JSON.stringify(tokenizer.decode(written.slice(encode(prompt).length))),
      JSON.stringify(text),
    ),
  ];
}

async function context(peer: Peer, folder: string): Promise<VerifyRow[]> {
  const model = await trained(llamaConfig("1M", { ...SMALL, context: 128 }));
  const rows: VerifyRow[] = [];
  for (const method of ["yarn", "llama3", "position-interpolation", "ntk-aware"] as const) {
    const longer = extendContext(model, { context: 512, method });
    const item = `128 to 512 tokens by ${method}`;
    rows.push(...await compare(peer, join(folder, method), longer, someTokens(512, 257), item));
  }
  return rows;
}

async function counts(peer: Peer, folder: string): Promise<VerifyRow[]> {
  const configs: Record<string, LlamaConfig> = {
    ...Object.fromEntries(PRESETS.map((preset) => [preset, llamaConfig(preset)])),
    "1M, untied, queries and keys normed": llamaConfig("1M", { tieEmbeddings: false, qkNorm: true }),
  };
  const rows: VerifyRow[] = [];
  const length = 64;
  for (const [item, config] of Object.entries(configs)) {
    const path = join(folder, `${item} counts`);
    await Deno.mkdir(path);
    await Deno.writeTextFile(join(path, "config.json"), JSON.stringify(toHuggingFace(config)));
    const { parameters, flops } = await peer.counts(path, length);
    const exact = { tolerance: 0 };
    const { library } = peer;
    rows.push(near(`${item}: parameters`, library, parameters, countParameters(config), exact));
    rows.push(
      near(
        `${item}: operations a token, context ${length}`,
        library,
        flops / length,
        flopsPerToken(config, length),
        exact,
      ),
    );
  }
  return rows;
}
