import { available } from "../../lib/native/mod.ts";
import {
  byteTokenizer,
  type LlamaConfig,
  llamaConfig,
  packDocuments,
  type TokenSource,
} from "../../lib/anneal/mod.ts";
import { Random } from "../../lib/base/mod.ts";

/** Options of tests that need TensorFlow's binding. */
export const needsTensorflow = { ignore: !await available("tensorflow") };

/** The note that such tests carry in their names. */
export const NEEDS = "(needs TensorFlow: deno task setup)";

/** A model of a few thousand parameters with everything that a large one has. */
export function tinyConfig(changes: Partial<LlamaConfig> = {}): LlamaConfig {
  return llamaConfig("1M", {
    width: 16,
    layers: 2,
    heads: 4,
    keyValueHeads: 2,
    feedForward: 24,
    context: 16,
    ...changes,
  });
}

/** The same with one block: for tests of what goes on around the model. */
export function smallestConfig(changes: Partial<LlamaConfig> = {}): LlamaConfig {
  return tinyConfig({ layers: 1, width: 8, heads: 2, keyValueHeads: 1, feedForward: 8, ...changes });
}

/** Sentences of a small grammar: text a tiny model learns something from. */
export function grammar(name: string, sentences = 60, seed = name): Promise<TokenSource> {
  const random = new Random(seed);
  const pick = (words: string) => random.pick(words.split(" "));
  const documents = Array.from({ length: sentences }, (_, i) => ({
    id: `${i}`,
    text: `${pick("a the one")} ${pick("cat dog bird")} ${pick("sees hears likes")} ${pick("it us them")}`,
    source: name,
    meta: {},
  }));
  return packDocuments(documents, byteTokenizer());
}
