import { pairsOf, partsApart, partsTogether, type SideBySide } from "./_row_order.ts";
import type { TensorView } from "./_safetensors.ts";
import { blockShapes, outerShapes, sizeOf } from "./_shapes.ts";
import { emptyParameters, type Parameters } from "./parameters.ts";
import { MODEL_TYPES, type TensorNames } from "./_model_types.ts";
import { type LlamaConfig, partsOf } from "./parts.ts";
import { typeOf } from "./config_json.ts";

/** One tensor of a Hugging Face file, as rows of one of our parameters. */
export interface TensorSlice {
  /** Its name in the file. */
  name: string;
  /** Our parameter that holds it. */
  parameter: string;
  /** First element within the parameter. */
  offset: number;
  /** Its shape. */
  shape: number[];
  /** What lies side by side there, and apart here: dimensions that turn together, or queries, keys and values of a head. */
  order?: SideBySide;
}

/** A piece of one of our parameters: the name of the tensor that holds it, and how many rows it has. */
type Piece = readonly [name: string, rows: number];

/** The tensors of a Hugging Face file by name, views of our parameters but where the order of rows is another one there. */
export function tensorsOf(config: LlamaConfig, parameters: Parameters): Record<string, TensorView> {
  return Object.fromEntries(
    tensorSlices(config).map((slice) => {
      const { name, shape, order } = slice;
      const values = sliceOf(parameters, slice);
      if (!order) return [name, { shape, values }];
      const copy = values.slice();
      partsApart(copy, order);
      return [name, { shape, values: copy }];
    }),
  );
}

/** Our parameters out of the tensors of a Hugging Face file: the inverse of {@linkcode tensorsOf}. */
export function parametersOf(config: LlamaConfig, tensors: Record<string, Float32Array>): Parameters {
  const parameters = emptyParameters(config);
  for (const slice of tensorSlices(config)) {
    const values = sliceOf(parameters, slice);
    values.set(tensors[slice.name]);
    if (slice.order) partsTogether(values, slice.order);
  }
  return parameters;
}

/** The elements of our parameters that a tensor of a file is. */
export function sliceOf(parameters: Parameters, { parameter, offset, shape }: TensorSlice): Float32Array {
  return parameters[parameter].subarray(offset, offset + sizeOf(shape));
}

/** How many tensors {@linkcode tensorSlices} gives: of a configuration that claims more than a list can hold, too. */
export function countTensors(config: LlamaConfig): number {
  const names = namesOf(config);
  return outerSlices(config, names).length + config.layers * blockSlices(config, names, 0).length;
}

/** Every tensor of a Hugging Face file of a model's type and where it lies in our parameters. */
export function tensorSlices(config: LlamaConfig): TensorSlice[] {
  const names = namesOf(config);
  const [embedding, ...last] = outerSlices(config, names);
  const blocks = Array.from({ length: config.layers }, (_, layer) => blockSlices(config, names, layer));
  return [embedding, ...blocks.flat(), ...last];
}

function namesOf(config: LlamaConfig): TensorNames {
  return MODEL_TYPES[typeOf(config)].tensors ?? {};
}

function outerSlices(config: LlamaConfig, { renamed = {} }: TensorNames): TensorSlice[] {
  const called = (name: string) => renamed[name] ?? name;
  const theirs: Record<string, string> = {
    embedding: called("model.embed_tokens"),
    finalNorm: called("model.norm"),
    output: called("lm_head"),
  };
  return Object.entries(outerShapes(config)).flatMap(([parameter, shape]) => {
    const { base, kind } = partsOfName(parameter);
    return slicesOf(parameter, shape, [[theirs[base], shape[0]]], kind);
  });
}

function blockSlices(config: LlamaConfig, names: TensorNames, layer: number): TensorSlice[] {
  const { heads: H, keyValueHeads: K, feedForward: F } = config;
  const { headWidth: h, norm: { place }, qkNorm } = partsOf(config);
  const { fused = false, interleaved = false, renamed = {}, normOfHead = false } = names;
  const called = (name: string) => renamed[name] ?? name;
  const attention = (name: string) => `${called("self_attn")}.${called(name)}`;
  const mlp = (name: string) => `mlp.${called(name)}`;
  const after = "post_attention_layernorm";
  const ofHeads = (name: string, heads: number): Piece[] =>
    normOfHead
      ? Array.from({ length: heads }, (_, head) => [`${attention(name)}.norms.${head}`, h])
      : [[attention(name), qkNorm === "head" ? h : heads * h]];
  const pieces: Record<string, Piece[]> = {
    attentionNorm: [["input_layernorm", config.width]],
    attentionPostNorm: [[after, config.width]],
    feedForwardNorm: [[place === "both" ? "pre_feedforward_layernorm" : after, config.width]],
    feedForwardPostNorm: [["post_feedforward_layernorm", config.width]],
    qkv: fused
      ? [[attention("qkv_proj"), (H + 2 * K) * h]]
      : [[attention("q_proj"), H * h], [attention("k_proj"), K * h], [attention("v_proj"), K * h]],
    queryNorm: ofHeads("q_norm", H),
    keyNorm: ofHeads("k_norm", K),
    attentionOutput: [[attention("o_proj"), config.width]],
    gateUp: fused ? [[mlp("gate_up_proj"), 2 * F]] : [[mlp("gate_proj"), F], [mlp("up_proj"), F]],
    up: [[mlp("up_proj"), F]],
    down: [[mlp("down_proj"), config.width]],
  };
  return Object.entries(blockShapes(config)).flatMap(([parameter, shape]) => {
    const { base, kind } = partsOfName(parameter);
    const found = slicesOf(`layers.${layer}.${parameter}`, shape, pieces[base], kind);
    const prefix = `${called("model.layers")}.${layer}.`;
    const turned = ["q_proj", "k_proj", "q_norm", "k_norm"].map(attention);
    const ownHeads = qkNorm === "each-head" && !normOfHead && /^(query|key)Norm$/.test(base);
    const columns = shape[1] ?? 1;
    const byHead = fused === "by-head" && base === "qkv";
    return found.map((slice) => ({
      ...slice,
      name: prefix + slice.name,
      ...ownHeads && { shape: [slice.shape[0] / h, h] },
      ...interleaved && turned.some((name) => slice.name.startsWith(`${name}.`)) && {
        order: pairsOf(h, columns),
      },
      ...byHead && { order: { parts: 3, groups: H, size: h * columns } },
    }));
  });
}

/** The parameter that a bias belongs to, or the parameter itself. */
function partsOfName(parameter: string): { base: string; kind: "weight" | "bias" } {
  return parameter.endsWith("Bias")
    ? { base: parameter.slice(0, -"Bias".length), kind: "bias" }
    : { base: parameter, kind: "weight" };
}

function slicesOf(
  parameter: string,
  [, columns]: readonly number[],
  pieces: readonly Piece[],
  kind: "weight" | "bias",
): TensorSlice[] {
  let offset = 0;
  return pieces.map(([name, rows]) => {
    const shape = columns === undefined ? [rows] : [rows, columns];
    const slice = { name: `${name}.${kind}`, parameter, offset, shape };
    offset += rows * (columns ?? 1);
    return slice;
  });
}
