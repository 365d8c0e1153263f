import type { LlamaConfig } from "./config.ts";
import { parameterShapes } from "./parameters.ts";

/** One tensor of a Hugging Face Llama file, as rows of one of our parameters. */
export interface TensorSlice {
  /** Its name in the file. */
  name: string;
  /** Our parameter that holds it. */
  parameter: string;
  /** First element within the parameter. */
  offset: number;
  /** Its shape. */
  shape: number[];
}

/** How many tensors {@linkcode tensorSlices} gives: of a configuration that claims more than a list can hold, too. */
export function countTensors({ layers, qkNorm = false, tieEmbeddings }: LlamaConfig): number {
  return layers * (qkNorm ? 11 : 9) + (tieEmbeddings ? 2 : 3);
}

/** Every tensor of a Hugging Face Llama file and where it lies in our parameters. */
export function tensorSlices(config: LlamaConfig): TensorSlice[] {
  const { layers, width: D, heads: H, keyValueHeads: K, feedForward: F } = config;
  const h = D / H;
  const shapes = parameterShapes(config);
  const slices: TensorSlice[] = [];
  const add = (parameter: string, ...rows: [name: string, count: number][]) => {
    let offset = 0;
    for (const [name, count] of rows) {
      const [, columns] = shapes[parameter];
      const shape = columns === undefined ? [count] : [count, columns];
      slices.push({ name: `${name}.weight`, parameter, offset, shape });
      offset += count * (columns ?? 1);
    }
  };
  add("embedding", ["model.embed_tokens", config.vocabularySize]);
  for (let layer = 0; layer < layers; layer++) {
    const ours = `layers.${layer}`;
    const theirs = `model.layers.${layer}`;
    add(`${ours}.attentionNorm`, [`${theirs}.input_layernorm`, D]);
    add(
      `${ours}.qkv`,
      [`${theirs}.self_attn.q_proj`, H * h],
      [`${theirs}.self_attn.k_proj`, K * h],
      [`${theirs}.self_attn.v_proj`, K * h],
    );
    if (config.qkNorm) {
      add(`${ours}.queryNorm`, [`${theirs}.self_attn.q_norm`, h]);
      add(`${ours}.keyNorm`, [`${theirs}.self_attn.k_norm`, h]);
    }
    add(`${ours}.attentionOutput`, [`${theirs}.self_attn.o_proj`, D]);
    add(`${ours}.feedForwardNorm`, [`${theirs}.post_attention_layernorm`, D]);
    add(`${ours}.gateUp`, [`${theirs}.mlp.gate_proj`, F], [`${theirs}.mlp.up_proj`, F]);
    add(`${ours}.down`, [`${theirs}.mlp.down_proj`, D]);
  }
  add("finalNorm", ["model.norm", D]);
  if (!config.tieEmbeddings) add("output", ["lm_head", config.vocabularySize]);
  return slices;
}

/**
 * Our configuration as Hugging Face's `config.json`: a Llama, or with queries and keys normed a Qwen3, which is a Llama with
 * them. Frequencies it has no name for go under `midtrain`.
 */
export function toHuggingFace(config: LlamaConfig): Record<string, unknown> {
  const { rope } = config;
  return {
    architectures: [config.qkNorm ? "Qwen3ForCausalLM" : "LlamaForCausalLM"],
    model_type: config.qkNorm ? "qwen3" : "llama",
    vocab_size: config.vocabularySize,
    hidden_size: config.width,
    intermediate_size: config.feedForward,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.keyValueHeads,
    head_dim: config.width / config.heads,
    max_position_embeddings: config.context,
    rms_norm_eps: config.normEpsilon,
    rope_theta: config.ropeBase,
    rope_scaling: rope?.scaling ?? null,
    hidden_act: "silu",
    attention_bias: false,
    mlp_bias: false,
    tie_word_embeddings: config.tieEmbeddings,
    torch_dtype: "float32",
    ...(rope && !rope.scaling && {
      midtrain: {
        inverse_frequencies: [...rope.inverseFrequencies],
        attention_factor: rope.attentionFactor ?? 1,
      },
    }),
  };
}
