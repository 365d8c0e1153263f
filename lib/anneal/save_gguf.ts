import type { GGUFTypedMetadata } from "@huggingface/gguf";
import { explainFullDisk, must, ofKind, oneOf, takes, writeAtomic } from "../base/mod.ts";
import { configOf, ggufName, readGgufHeader } from "./_gguf_file.ts";
import { type GgufPrecision, STORED } from "./_quantize.ts";
import { pairsOf, partsApart } from "./_row_order.ts";
import { sizeOf } from "./_shapes.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { checkConfig, type LlamaConfig } from "./config.ts";
import { sliceOf, tensorSlices } from "./hugging_face.ts";

/** Options of {@linkcode saveGguf}. */
export interface SaveGgufOptions {
  /** A GGUF file of the same model, whose tokenizer, chat template and other metadata the new one gets. */
  like: string;
  /**
   * How matrices are stored: `Q8_0` as 8-bit integers, 34 bytes for 32 of them, `F16` and `F32` as numbers; vectors are
   * F32 in all.
   * @default {"Q8_0"}
   */
  precision?: GgufPrecision | undefined;
}

/** Where a tensor's data begins, in bytes: a multiple of this. */
const ALIGNMENT = 32;

/**
 * Write a Llama as a GGUF file, for llama.cpp and what is built on it: a model that was trained from one by
 * {@linkcode loadGguf} is served again, by `openModel` of `midtrain/llm` with `modelPath`.
 *
 * What the file says beside its tensors is that of `like`, its context too.
 *
 * @throws {RangeError} If the two models differ in shape, or the checkpoint has parts that a Llama has not.
 * @throws {Error} If the disk is full; nothing is left behind.
 * @example
 * ```ts ignore
 * import { loadGguf, saveGguf, train } from "midtrain/anneal";
 * import { ensure } from "midtrain/native";
 *
 * const { model: like } = await ensure("smollm2");
 * const run = await train({ ...options, from: await loadGguf(like) });
 * await saveGguf("out/student.gguf", run.checkpoint, { like });
 * ```
 */
export async function saveGguf(
  path: string,
  checkpoint: Checkpoint,
  options: SaveGgufOptions,
): Promise<void> {
  const cannot = "Cannot write a GGUF file";
  takes(cannot, options, "like, precision?");
  ofKind(cannot, { path, like: options.like }, "a text");
  ofKind(cannot, { checkpoint }, "an object with config, weights");
  const { like, precision = "Q8_0" } = options;
  oneOf(cannot, { precision }, STORED);
  const config = checkConfig(checkpoint.config);
  const { typed, metadata, tensors: theirTensors } = await readGgufHeader(like);
  const untied = theirTensors.some(({ name }) => name === "output.weight");
  checkSame(`${cannot} like ${like}`, config, configOf(metadata, untied, like));
  const tensors = tensorSlices(config).map((slice) => {
    const { name, shape } = slice;
    const theirs = ggufName(name);
    must(cannot, "it must have the tensors of a Llama alone", name, theirs !== undefined);
    const stored = STORED[shape.length > 1 ? precision : "F32"];
    const rule = `rows must hold a multiple of ${stored.length} numbers to be ${precision}`;
    must(cannot, rule, shape.at(-1), shape.at(-1)! % stored.length === 0);
    return { slice, theirs: theirs!, stored, bytes: sizeOf(shape) / stored.length * stored.bytes };
  });
  const { serializeGgufMetadata } = await import("@huggingface/gguf");
  const told = {
    ...typed,
    tensor_count: { ...typed.tensor_count, value: BigInt(tensors.length) },
    "general.file_type": { type: UINT32, value: STORED[precision].fileType },
    "general.alignment": { type: UINT32, value: ALIGNMENT },
  } as GGUFTypedMetadata;
  // Tensors follow the metadata at once: it is their data that is aligned.
  const head = serializeGgufMetadata(told, { alignment: 1 });
  const listed = listOf(tensors);
  const padding = padded(head.length + listed.length) - head.length - listed.length;
  function* parts(): Generator<Uint8Array> {
    yield* [head, listed, new Uint8Array(padding)];
    for (const { slice, theirs, stored, bytes } of tensors) {
      let values = sliceOf(checkpoint.weights, slice);
      if (/attn_[qk]\./.test(theirs)) {
        values = values.slice();
        partsApart(values, pairsOf(config.width / config.heads, config.width));
      }
      yield stored.write(values);
      yield new Uint8Array(padded(bytes) - bytes);
    }
  }
  try {
    await writeAtomic(path, parts());
  } catch (error) {
    throw explainFullDisk(error, `${cannot} to ${path}`);
  }
}

/** GGUF's number of the type of a metadata value. */
const UINT32 = 4;

function padded(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** What a file says of its tensors: name, sizes with the innermost first, type, and where the data begins. */
function listOf(
  tensors: readonly {
    slice: { shape: readonly number[] };
    theirs: string;
    stored: { type: number };
    bytes: number;
  }[],
): Uint8Array {
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  const put = (bytes: number, set: (view: DataView) => void) => {
    const piece = new Uint8Array(bytes);
    set(new DataView(piece.buffer));
    pieces.push(piece);
  };
  const long = (value: number) => put(8, (view) => view.setBigUint64(0, BigInt(value), true));
  const short = (value: number) => put(4, (view) => view.setUint32(0, value, true));
  let offset = 0;
  for (const { slice: { shape }, theirs, stored, bytes } of tensors) {
    const name = encoder.encode(theirs);
    long(name.length);
    pieces.push(name);
    short(shape.length);
    for (const size of shape.toReversed()) long(size);
    short(stored.type);
    long(offset);
    offset += padded(bytes);
  }
  const list = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    list.set(piece, at);
    at += piece.length;
  }
  return list;
}

/** Check that a file of one model may hold another's weights; how far its context reaches is the file's own matter. */
function checkSame(cannot: string, ours: LlamaConfig, theirs: LlamaConfig): void {
  for (const name of Object.keys({ ...ours, ...theirs }) as (keyof LlamaConfig)[]) {
    if (name === "context" || name === "huggingFace") continue;
    // A file holds numbers as single floats.
    const [value, expected] = [ours[name], theirs[name]].map((one) =>
      JSON.stringify(typeof one === "number" ? Math.fround(one) : one) ?? "none"
    );
    must(cannot, `${name} must be ${expected}, as it is there`, value, value === expected);
  }
}
