// deno-lint-ignore-file no-console
import { join } from "node:path";
import { ggufTokenizerJson } from "../../anneal/gguf.ts";
import { tokenizerOf } from "../../anneal/tokenizer.ts";
import { quantile, sha256 } from "../../base/mod.ts";
import { available, ensure } from "../../native/mod.ts";
import { spamAssassin } from "../../sets/mod.ts";
import { oddTexts } from "../_odd_texts.ts";
import { askDocumentPeer } from "./_document_peer.ts";
import { type BenchOptions, type BenchRow, cpuSeconds } from "./_row.ts";

/** Passes over all texts; the first meets every word for the first time. */
const ROUNDS = 5;

/** What a program took for each pass, and a hash of the ids of each text. */
interface Encoded {
  cpuSeconds: number[];
  ids: string[];
}

/**
 * Texts to token ids in megabytes a CPU-second: real mails, each by itself, and a thousand odd texts whose ids are compared.
 * SmolLM2's tokenizer, and every `NAME.json` in the folder that `MIDTRAIN_TOKENIZERS` names. With `peers`, Python's
 * `tokenizers` encodes the same texts in the same run.
 */
export async function benchTokenizers({ peers }: BenchOptions): Promise<BenchRow[]> {
  const texts = [
    ...await Array.fromAsync(spamAssassin.read(), ({ text }) => text),
    ...oddTexts(1000, "bench"),
  ];
  const megabytes = texts.reduce((sum, text) => sum + new TextEncoder().encode(text).length, 0) / 1e6;
  const documents = texts.map((text, i) => ({ id: `${i}`, text }));
  const rows: BenchRow[] = [];
  for await (const [name, json] of tokenizers()) {
    const found = encode(json, texts);
    const peer = peers &&
      await askDocumentPeer<Encoded>("tokenizers_python.py", { json, rounds: ROUNDS }, documents);
    const row = ({ cpuSeconds: spent }: Encoded, by?: string): BenchRow => ({
      name: `tokenizer, ${name}`,
      ...(by && { peer: by }),
      value: megabytes / quantile(spent, 0.5),
      unit: "MB/CPU-s",
      cpuSeconds: spent.reduce((sum, seconds) => sum + seconds, 0),
      note: `${(megabytes / spent[0]).toFixed(2)} at first; ${texts.length} texts, ${
        megabytes.toFixed(1)
      } MB`,
    });
    rows.push(row(found));
    if (!peer) continue;
    const equal = found.ids.filter((id, i) => id === peer.ids[i]).length;
    rows[rows.length - 1].note += `; ids of ${equal} equal to Python's`;
    rows.push(row(peer, "tokenizers (Python)"));
  }
  return rows;
}

async function* tokenizers(): AsyncGenerator<[name: string, json: object]> {
  if (await available("smollm2")) {
    yield ["SmolLM2", await ggufTokenizerJson((await ensure("smollm2")).model)];
  }
  const folder = Deno.env.get("MIDTRAIN_TOKENIZERS");
  if (!folder) return console.error("Only SmolLM2's: MIDTRAIN_TOKENIZERS names no folder of others");
  const files = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  for (const name of files.filter((name) => name.endsWith(".json")).sort()) {
    yield [name.slice(0, -".json".length), JSON.parse(await Deno.readTextFile(join(folder, name)))];
  }
}

function encode(json: object, texts: readonly string[]): Encoded {
  const { vocab } = (json as { model: { vocab: Record<string, number> } }).model;
  const tokenizer = tokenizerOf(json, {}, { name: "bench", endOfDocument: Object.keys(vocab)[0] });
  const spent: number[] = [];
  let ids: ArrayLike<number>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = cpuSeconds();
    ids = texts.map((text) => tokenizer.encode(text));
    spent.push(cpuSeconds() - start);
  }
  return { cpuSeconds: spent, ids: ids.map((ids) => sha256(Array.from(ids).join(" "))) };
}
