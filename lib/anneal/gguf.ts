// deno-lint-ignore-file camelcase -- the names of tokenizer.json
import { must, ofKind } from "../base/mod.ts";
import { readAt } from "./_read_at.ts";
import { pairsOf, partsTogether } from "./_row_order.ts";
import { checkFinite } from "./_stored_tensors.ts";
import { blockFormat, dequantize } from "./_dequantize.ts";
import { type Checkpoint, describedCheckpoint } from "./checkpoint.ts";
import { configOf, ggufName, readGgufHeader } from "./_gguf_file.ts";
import { countTensors, tensorSlices } from "./hugging_face.ts";
import { sizeOf } from "./_shapes.ts";
import { emptyParameters } from "./parameters.ts";
import { type Tokenizer, tokenizerOf } from "./tokenizer.ts";

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
  const { metadata, tensors, dataOffset } = await readGgufHeader(path);
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
    // A plain Llama's tensors have a name there, and its configuration is one.
    const theirs = ggufName(name)!;
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
      partsTogether(target, pairsOf(config.width / config.heads, config.width));
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
  const { metadata } = await readGgufHeader(path);
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
