// deno-lint-ignore-file camelcase -- the names of tokenizer.json
import { must, ofKind } from "../base/mod.ts";
import { readAt } from "./_read_at.ts";
import { pairsApart } from "./_rotary_order.ts";
import { checkFinite } from "./_stored_tensors.ts";
import { blockFormat, dequantize } from "./_dequantize.ts";
import { type Checkpoint, describedCheckpoint } from "./checkpoint.ts";
import { checkConfig, type LlamaConfig } from "./config.ts";
import { countTensors, tensorSlices } from "./hugging_face.ts";
import { sizeOf } from "./_shapes.ts";
import { emptyParameters } from "./parameters.ts";
import { type Tokenizer, tokenizerOf } from "./tokenizer.ts";

/** What a GGUF file says before its tensors. */
interface Header {
  metadata: Record<string, unknown>;
  tensors: { name: string; shape: bigint[]; dtype: number; offset: bigint }[];
  dataOffset: number;
}

async function readHeader(path: string): Promise<Header> {
  const { gguf } = await import("@huggingface/gguf");
  try {
    const { metadata, tensorInfos, tensorDataOffset } = await gguf(path, { allowLocalFile: true });
    return {
      metadata: metadata as unknown as Record<string, unknown>,
      tensors: tensorInfos,
      dataOffset: Number(tensorDataOffset),
    };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw error;
    if ((error as { code?: string }).code === "EISDIR") {
      throw new Deno.errors.IsADirectory(`Cannot read ${path} as it is a folder: give one of its files`);
    }
    throw new SyntaxError(`Cannot read ${path} as it must be a GGUF file: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/**
 * Read a Llama from a GGUF file, dequantised to float32: the embedded model becomes one that can be trained further.
 *
 * @throws {SyntaxError} If the file is not GGUF or cut short.
 * @throws {RangeError} If it holds another architecture, or a tensor is missing, misshaped or stored as a k-quant.
 * @example
 * ```ts ignore
 * import { loadGguf } from "midtrain/anneal";
 * import { ensure } from "midtrain/native";
 *
 * const smollm2 = await loadGguf((await ensure("smollm2")).model);
 * ```
 */
export async function loadGguf(path: string): Promise<Checkpoint> {
  ofKind("Cannot load a GGUF file", { path }, "a text");
  const { metadata, tensors, dataOffset } = await readHeader(path);
  const stored = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const config = configOf(metadata, stored.has("output.weight"), path);
  using file = await Deno.open(path);
  const { size: fileSize } = await file.stat();
  const count = countTensors(config);
  const cannot = `Cannot load ${path}`;
  // Before a list is made: a file may claim any number of layers.
  must(cannot, `it must hold ${count} tensors`, stored.size, count <= stored.size + 1000);
  const slices = tensorSlices(config).map((slice) => {
    const { name, shape } = slice;
    const theirs = ggufName(name);
    const tensor = stored.get(theirs);
    if (!tensor) throw new RangeError(`${cannot} as tensor ${theirs} is missing`);
    stored.delete(theirs);
    const found = tensor.shape.map(Number).reverse();
    if (`${found}` !== `${shape}`) {
      throw new RangeError(`${cannot} as tensor ${theirs} must have shape [${shape}]: it has [${found}]`);
    }
    const format = blockFormat(theirs, tensor.dtype);
    const at = dataOffset + Number(tensor.offset);
    const length = sizeOf(shape) / format.length * format.bytes;
    if (!(at + length <= fileSize)) {
      throw new SyntaxError(
        `Cannot read ${path} as it must be a whole GGUF file: it ends within tensor ${theirs}`,
      );
    }
    return { ...slice, theirs, format, at, length };
  });
  const [unknown] = stored.keys();
  if (unknown !== undefined) {
    throw new RangeError(`${cannot} as this model has no tensor ${unknown}`);
  }
  const weights = emptyParameters(config);
  for (const { parameter, offset, shape, theirs, format, at, length } of slices) {
    const target = weights[parameter].subarray(offset, offset + sizeOf(shape));
    dequantize(format, await readAt(file, at, new Uint8Array(length)), target);
    checkFinite(path, theirs, target);
    // llama.cpp puts the two dimensions of a rotary pair side by side.
    if (/attn_[qk]\./.test(theirs)) {
      pairsApart(target, { headWidth: config.width / config.heads, columns: config.width });
    }
  }
  return describedCheckpoint({ config, weights, step: 0, tokens: 0, maskDocuments: true });
}

/**
 * The tokenizer that a GGUF file of the SmolLM or GPT-2 family carries: byte-level BPE.
 *
 * @throws {RangeError} If the file's tokenizer is of another kind.
 * @example
 * ```ts ignore
 * import { ggufTokenizer } from "midtrain/anneal";
 * import { ensure } from "midtrain/native";
 *
 * const tokenizer = await ggufTokenizer((await ensure("smollm2")).model);
 * ```
 */
export async function ggufTokenizer(path: string): Promise<Tokenizer> {
  ofKind("Cannot read the tokenizer of a GGUF file", { path }, "a text");
  const json = await ggufTokenizerJson(path);
  return tokenizerOf(json, {}, { name: path, endOfDocument: "<|endoftext|>" });
}

/** The same as the content of a `tokenizer.json`. */
export async function ggufTokenizerJson(path: string): Promise<object> {
  const { metadata } = await readHeader(path);
  const model = metadata["tokenizer.ggml.model"];
  const pre = metadata["tokenizer.ggml.pre"];
  if (model !== "gpt2" || !(pre === "smollm" || pre === "gpt-2")) {
    throw new RangeError(
      `Cannot read the tokenizer of ${path} as it must be gpt2 with smollm or gpt-2: current value is ${model} with ${pre}`,
    );
  }
  const tokens = metadata["tokenizer.ggml.tokens"] as string[];
  const types = metadata["tokenizer.ggml.token_type"] as number[];
  const bytes = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  const digits = { type: "Digits", individual_digits: true };
  const CONTROL = 3;
  return {
    added_tokens: tokens.flatMap((content, id) =>
      types[id] === CONTROL
        ? [{
          id,
          content,
          special: true,
          normalized: false,
          lstrip: false,
          rstrip: false,
          single_word: false,
        }]
        : []
    ),
    normalizer: null,
    pre_tokenizer: pre === "smollm" ? { type: "Sequence", pretokenizers: [digits, bytes] } : bytes,
    post_processor: null,
    decoder: bytes,
    model: {
      type: "BPE",
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: metadata["tokenizer.ggml.merges"],
    },
  };
}

/** Hugging Face's name of a tensor as llama.cpp calls it. */
function ggufName(name: string): string {
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
  return layer === undefined ? `${names[name]}.weight` : `blk.${layer}.${names[part]}.weight`;
}

/** What is read of the model's own metadata, or leaves what it computes as it is. */
const READ = [
  ...["embedding_length", "block_count", "feed_forward_length", "context_length", "vocab_size"],
  ...["attention.head_count", "attention.head_count_kv", "attention.layer_norm_rms_epsilon"],
  ...["attention.key_length", "attention.value_length", "rope.dimension_count", "rope.freq_base"],
  "rope.scaling.type",
];

function configOf(metadata: Record<string, unknown>, untied: boolean, path: string): LlamaConfig {
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
