import type { GGUFTypedMetadata } from "@huggingface/gguf";
import { must } from "../base/mod.ts";
import { checkConfig, type LlamaConfig } from "./config.ts";

/** What a GGUF file says before its tensors. */
export interface GgufHeader {
  metadata: Record<string, unknown>;
  /** The same with the type of each value, to write it again. */
  typed: GGUFTypedMetadata;
  tensors: { name: string; shape: bigint[]; dtype: number; offset: bigint }[];
  dataOffset: number;
}

export async function readGgufHeader(path: string): Promise<GgufHeader> {
  const { gguf } = await import("@huggingface/gguf");
  try {
    const { metadata, typedMetadata, tensorInfos, tensorDataOffset } = await gguf(path, {
      allowLocalFile: true,
      typedMetadata: true,
    });
    return {
      metadata: metadata as unknown as Record<string, unknown>,
      typed: typedMetadata,
      tensors: tensorInfos,
      dataOffset: Number(tensorDataOffset),
    };
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "ENOENT") throw new Deno.errors.NotFound(`Cannot read ${path} as there is no such file`);
    if (code === "EISDIR") {
      throw new Deno.errors.IsADirectory(`Cannot read ${path} as it is a folder: give one of its files`);
    }
    throw new SyntaxError(`Cannot read ${path} as it must be a GGUF file: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Hugging Face's name of a tensor as llama.cpp calls it in a Llama; none where a Llama has no such tensor. */
export function ggufName(name: string): string | undefined {
  const [, layer, part] = /^model\.layers\.(\d+)\.(.+)\.weight$/.exec(name) ?? [];
  const names: Record<string, string> = layer === undefined
    ? {
      "model.embed_tokens.weight": "token_embd",
      "model.norm.weight": "output_norm",
      "lm_head.weight": "output",
    }
    : {
      input_layernorm: "attn_norm",
      "self_attn.q_proj": "attn_q",
      "self_attn.k_proj": "attn_k",
      "self_attn.v_proj": "attn_v",
      "self_attn.o_proj": "attn_output",
      post_attention_layernorm: "ffn_norm",
      "mlp.gate_proj": "ffn_gate",
      "mlp.up_proj": "ffn_up",
      "mlp.down_proj": "ffn_down",
    };
  const theirs = names[layer === undefined ? name : part];
  if (theirs === undefined) return undefined;
  return layer === undefined ? `${theirs}.weight` : `blk.${layer}.${theirs}.weight`;
}

/** What is read of the model's own metadata, or leaves what it computes as it is. */
const READ = [
  ...["embedding_length", "block_count", "feed_forward_length", "context_length", "vocab_size"],
  ...["attention.head_count", "attention.head_count_kv", "attention.layer_norm_rms_epsilon"],
  ...["attention.key_length", "attention.value_length", "rope.dimension_count", "rope.freq_base"],
  "rope.scaling.type",
];

/** The configuration of a plain Llama, out of a file's metadata. */
export function configOf(metadata: Record<string, unknown>, untied: boolean, path: string): LlamaConfig {
  const architecture = metadata["general.architecture"];
  const scaling = metadata["llama.rope.scaling.type"] ?? "none";
  if (architecture !== "llama" || scaling !== "none") {
    throw new RangeError(
      `Cannot load ${path} as it must be a llama without rotary scaling: current value is ${architecture} with ${scaling}`,
    );
  }
  const cannot = `Cannot load ${path}`;
  const number = (name: string, fallback?: number) => Number(metadata[`llama.${name}`] ?? fallback);
  const { "tokenizer.ggml.tokens": tokens } = metadata;
  must(cannot, "tokenizer.ggml.tokens must be a list", typeof tokens, Array.isArray(tokens));
  for (const [name, value] of Object.entries(metadata)) {
    const known = !name.startsWith("llama.") || READ.includes(name.slice("llama.".length));
    must(cannot, `${name} must be left out, since what it changes is not computed here`, value, known);
  }
  const headWidth = number("embedding_length") / number("attention.head_count");
  for (const name of ["rope.dimension_count", "attention.key_length", "attention.value_length"]) {
    const rule = `llama.${name} must be the head's width ${headWidth}`;
    must(cannot, rule, metadata[`llama.${name}`], number(name, headWidth) === headWidth);
  }
  return checkConfig({
    vocabularySize: (tokens as string[]).length,
    width: number("embedding_length"),
    layers: number("block_count"),
    heads: number("attention.head_count"),
    keyValueHeads: number("attention.head_count_kv", number("attention.head_count")),
    feedForward: number("feed_forward_length"),
    context: number("context_length"),
    ropeBase: number("rope.freq_base", 1e4),
    tieEmbeddings: !untied,
    normEpsilon: number("attention.layer_norm_rms_epsilon"),
  });
}
