import { join } from "node:path";
import { loadCheckpoint, logitsOf, saveCheckpoint } from "../../anneal/mod.ts";
import { SafetensorsFile } from "../../anneal/_safetensors.ts";
import { sizeOf } from "../../anneal/_shapes.ts";
import { tensorsOf } from "../../anneal/hugging_face.ts";
import { CASES, type DecoderConfig, tokensOf, uniform } from "./_decoder_cases.ts";
import { gradientsOf } from "./_decoder_gradients.ts";
import { atMost, same, type VerifyRow } from "./_row.ts";

/** Asks transformers. */
type Ask = <T extends object>(question: object) => Promise<T>;

/** How far a decoder here is from transformers' own. */
interface DecoderDifference {
  /** The class that computed it there. */
  model: string;
  /** The greatest difference of a logit. */
  logits: number;
  /** The greatest difference of a gradient, over the largest gradient of its tensor. */
  gradients: number;
  /** The tensor in which it is. */
  worst: string;
  /** What is another model after our folder of it is loaded there: logits that differ, keys, tensors. */
  back: string;
}

const LENGTH = 24;

/** A decoder in transformers: its folder, logits and gradients. */
async function theirs(ask: Ask, json: DecoderConfig, folder: string, seed: number) {
  const checkpoint = join(folder, "theirs");
  const gradientsFile = join(folder, "gradients.safetensors");
  const file = join(folder, "logits");
  const tokens = tokensOf(json, seed, LENGTH + 1);
  const { model, loss } = await ask<{ model: string; loss: number }>(
    { what: "decoder", config: json, seed, tokens, checkpoint, file, gradients: gradientsFile },
  );
  const logits = new Float32Array((await Deno.readFile(file)).buffer);
  const gradients: Record<string, Float32Array> = {};
  using stored = await SafetensorsFile.open(gradientsFile);
  for (const [name, { shape }] of Object.entries(stored.entries)) {
    gradients[name] = new Float32Array(sizeOf(shape));
    await stored.read(name, gradients[name]);
  }
  return { checkpoint, tokens, model, loss, logits, gradients };
}

/** Every case beside transformers: its logits, its gradients, and its folder written back. */
export async function decoderRows(ask: Ask, library: string, folder: string): Promise<VerifyRow[]> {
  const rows: VerifyRow[] = [];
  for (const [item, json] of Object.entries(CASES)) {
    const found = await compareDecoder(ask, json, folder);
    const source = `${library}, ${found.model}`;
    const gradients = `${item}: gradients, of the largest of a tensor, in ${found.worst}`;
    rows.push(
      atMost(`${item}: logits, greatest difference`, source, 1e-4, found.logits),
      atMost(gradients, source, 1e-3, found.gradients),
      same(
        `${item}: written back: logits that differ, keys, tensors`,
        source,
        "0, [], {}",
        found.back,
      ),
    );
  }
  return rows;
}

/** A decoder that transformers wrote, loaded, computed and written back. */
async function compareDecoder(
  ask: Ask,
  json: DecoderConfig,
  folder: string,
): Promise<DecoderDifference> {
  const there = await theirs(ask, json, folder, 2);
  const here = await loadCheckpoint(there.checkpoint);
  const logits = await logitsOf(here, there.tokens.slice(0, -1));
  const { gradients } = await gradientsOf(here, there.tokens);
  const ours = tensorsOf(here.config, gradients);
  let [worst, most] = ["", 0];
  for (const [name, gradient] of Object.entries(there.gradients)) {
    const largest = gradient.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-12);
    const off = difference(gradient, ours[name].values) / largest;
    if (!(off <= most)) [worst, most] = [name, off];
  }
  const back = join(folder, "back");
  await saveCheckpoint(back, here);
  const file = `${back}.logits`;
  const { strange } = await ask<{ strange: object }>(
    { what: "logits", checkpoint: back, tokens: there.tokens.slice(0, -1), file },
  );
  const again = new Float32Array((await Deno.readFile(file)).buffer);
  const differing = again.filter((logit, i) => logit !== there.logits[i]).length;
  const { keys } = await ask<{ keys: string[] }>(
    { what: "difference", checkpoints: [there.checkpoint, back] },
  );
  await Deno.remove(back, { recursive: true });
  return {
    model: there.model,
    logits: difference(there.logits, logits),
    gradients: most,
    worst,
    back: `${differing}, ${JSON.stringify(keys)}, ${JSON.stringify(strange)}`,
  };
}

function difference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0);
}

/** What a test holds of a decoder: a few logits, the loss, and of every gradient its norm and its product with a direction. */
export interface RecordedDecoder {
  config: DecoderConfig;
  /** Logits of the last token, the first eight. */
  logits: number[];
  loss: number;
  gradients: Record<string, [norm: number, product: number]>;
}

/** The seed of weights and tokens in what a test holds. */
export const RECORDED = { seed: 1, length: LENGTH };

/** Norm of a gradient, and its product with a direction of its own: two numbers that hold all of it. */
export function summaryOf(name: string, gradient: Float32Array): [norm: number, product: number] {
  const direction = uniform(`direction of ${name}`, 0, gradient.length);
  let squares = 0;
  let product = 0;
  gradient.forEach((x, i) => {
    squares += x * x;
    product += x * direction[i];
  });
  return [Math.sqrt(squares), product];
}

/** Write what transformers says of every case to a file. */
export async function recordDecoders(ask: Ask, folder: string, path: string): Promise<void> {
  const short = (x: number) => Number(x.toPrecision(6));
  const lines: string[] = [];
  for (const [item, config] of Object.entries(CASES)) {
    const { logits, loss, gradients } = await theirs(ask, config, folder, RECORDED.seed);
    const last = logits.subarray(-(config.vocab_size as number));
    const record: RecordedDecoder = {
      config,
      logits: Array.from(last.subarray(0, 8), short),
      loss: short(loss),
      gradients: Object.fromEntries(
        Object.entries(gradients).map(([name, gradient]) => {
          const [norm, product] = summaryOf(name, gradient);
          return [name, [short(norm), short(product)]];
        }),
      ),
    };
    lines.push(`${JSON.stringify(item)}:${JSON.stringify(record)}`);
  }
  await Deno.writeTextFile(path, `{\n${lines.join(",\n")}\n}\n`);
}
