import { join } from "node:path";
import {
  byteTokenizer,
  type Checkpoint,
  countParameters,
  evaluateLoss,
  loadCheckpoint,
  packDocuments,
  saveCheckpoint,
  train,
} from "../../anneal/mod.ts";
import { mean, Random } from "../../base/mod.ts";
import { linear } from "../../schedule/mod.ts";
import { atMost, near, same, type VerifyRow } from "./_row.ts";

/** What is asked of transformers. */
export interface MidtrainedPeer {
  readonly library: string;
  ask<T extends object>(question: object): Promise<T>;
  logits(
    path: string,
    tokens: readonly number[],
  ): Promise<{ values: Float32Array; strange: string; model: string }>;
}

const CONTEXT = 128;
const WINDOWS = 4;
const STEPS = 12;

/** A model that transformers wrote, mid-trained here, and what transformers makes of the folder that it is written to. */
export async function midtrained(peer: MidtrainedPeer, folder: string): Promise<VerifyRow[]> {
  const given = join(folder, "qwen");
  const { parameters } = await peer.ask<{ parameters: number }>({ what: "qwen", path: given });
  const from = await loadCheckpoint(given);
  const held = await text("held out", 40);
  const sources = [await text("general", 200), await text("curated", 200)];
  const run = await train({
    ...{ from, sources, steps: STEPS, batch: 4, context: CONTEXT, maskDocuments: true, seed: 1 },
    schedule: linear({ peak: 1e-3, steps: STEPS }),
    weights: (step) => ({ general: 1 - step / STEPS, curated: step / STEPS }),
  });
  const written = join(folder, "qwen mid-trained");
  await saveCheckpoint(written, run.checkpoint);
  const ours = async (model: Checkpoint) =>
    await evaluateLoss(model, held, { windows: WINDOWS, context: CONTEXT });
  const [before, after] = [await ours(from), await ours(run.checkpoint)];
  const { library } = peer;
  const what = `Qwen 2.5's parts, ${(countParameters(from.config) / 1e6).toFixed(1)}M parameters`;
  const theirs = async (path: string, { windows }: { windows: number }) => {
    const losses: number[] = [];
    let strange = "";
    const all = Math.floor((held.tokens.length - 1) / CONTEXT);
    for (let window = 0; window < windows; window++) {
      const start = Math.floor(window * all / windows) * CONTEXT;
      const tokens = Array.from(held.tokens.subarray(start, start + CONTEXT + 1));
      const found = await peer.logits(path, tokens.slice(0, -1));
      strange = `${found.model} ${found.strange}`;
      losses.push(lossOf(found.values, tokens.slice(1)));
    }
    return { losses, strange };
  };
  const rows = [
    near(`${what}: counted`, library, parameters, countParameters(from.config), { tolerance: 0 }),
  ];
  for (
    const [item, path, measured] of [["as written", given, before], ["mid-trained", written, after]] as const
  ) {
    const { losses, strange } = await theirs(path, measured);
    const off = losses.map((loss, i) => Math.abs(loss - measured.perWindow[i]));
    const worst = off.indexOf(Math.max(...off));
    rows.push(
      near(
        `${what}, ${item}: held-out loss of ${WINDOWS} windows of ${CONTEXT}; window ${worst} is worst`,
        library,
        losses[worst],
        measured.perWindow[worst],
        { tolerance: 1e-3 },
      ),
      same(
        `${what}, ${item}: model, and tensors missing or unexpected`,
        library,
        "Qwen2ForCausalLM {}",
        strange,
      ),
    );
  }
  // Of 8,192 tokens 257 occur: what a model has learnt that knows no more than that.
  const guess = Math.log(byteTokenizer().vocabularySize);
  rows.push(atMost(`${what}: loss after ${STEPS} steps`, "a guess among the bytes", guess, after.loss));
  return rows;
}

/** Mean cross entropy of targets in logits `[T, V]`, in float64. */
function lossOf(logits: Float32Array, targets: readonly number[]): number {
  const V = logits.length / targets.length;
  return mean(targets.map((target, at) => {
    const row = logits.subarray(at * V, (at + 1) * V);
    const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
    return Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - most), 0)) + most - row[target];
  }));
}

function text(name: string, documents: number) {
  const random = new Random(name);
  const words = "the cat sees a dog and likes it not while one bird hears us".split(" ");
  return packDocuments(
    Array.from({ length: documents }, (_, i) => ({
      id: `${i}`,
      text: Array.from({ length: 20 }, () => random.pick(words)).join(" "),
      source: name,
      meta: {},
    })),
    byteTokenizer(),
    { name },
  );
}
