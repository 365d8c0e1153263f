import assert from "node:assert/strict";
import {
  countParameters,
  extendContext,
  initialCheckpoint,
  logitsOf,
  saveCheckpoint,
} from "../../lib/anneal/mod.ts";
import { countTensors, tensorSlices, tensorsOf } from "../../lib/anneal/hugging_face.ts";
import { fromHuggingFace, toHuggingFace } from "../../lib/anneal/config_json.ts";
import { computed } from "../../lib/anneal/parts.ts";
import { decoderOf, tokensOf } from "../../lib/task/verify/_decoder_cases.ts";
import { gradientsOf } from "../../lib/task/verify/_decoder_gradients.ts";
import { RECORDED, type RecordedDecoder, summaryOf } from "../../lib/task/verify/_decoders.ts";
import { NEEDS, needsTensorflow, tinyConfig } from "./_models.ts";

/** What transformers computes, as `deno task verify transformers --record` wrote it. */
const recorded: Record<string, RecordedDecoder> = JSON.parse(
  await Deno.readTextFile(new URL("fixtures/decoders.json", import.meta.url)),
);

for (const [item, { config, logits, loss, gradients }] of Object.entries(recorded)) {
  Deno.test(`a decoder computes what transformers does: ${item} ${NEEDS}`, needsTensorflow, async () => {
    const checkpoint = decoderOf(config, RECORDED.seed);
    const tokens = tokensOf(config, RECORDED.seed, RECORDED.length + 1);
    for (const engine of ["native", "traced"] as const) {
      const found = await gradientsOf(checkpoint, tokens, engine);
      assert(Math.abs(found.loss - loss) < 3e-5, `loss ${found.loss}, not ${loss}`);
      const tensors = tensorsOf(checkpoint.config, found.gradients);
      assert.deepEqual(Object.keys(tensors).sort(), Object.keys(gradients).sort());
      for (const [name, [norm, product]] of Object.entries(gradients)) {
        const [ours, along] = summaryOf(name, tensors[name].values);
        assert(Math.abs(ours / norm - 1) < 1e-3, `gradient of ${name}: norm ${ours}, not ${norm}`);
        assert(
          Math.abs(along - product) < 1e-3 * norm,
          `gradient of ${name}: ${along} along, not ${product}`,
        );
      }
    }
    const last = (await logitsOf(checkpoint, tokens.slice(0, -1))).slice(-(config.vocab_size as number));
    logits.forEach((logit, i) => assert(Math.abs(last[i] - logit) < 1e-4, `${last[i]}, not ${logit}`));
  });
}

Deno.test("a decoder of every type is written as it was read", () => {
  for (const [item, { config }] of Object.entries(recorded)) {
    const read = fromHuggingFace(config);
    const written = toHuggingFace(read);
    assert.equal(written.model_type, config.model_type, item);
    assert.deepEqual(computed(fromHuggingFace(written)), computed(read), item);
  }
});

Deno.test("countParameters() and countTensors() are those of the tensors of every type", () => {
  for (const { config: json, gradients } of Object.values(recorded)) {
    const config = fromHuggingFace(json);
    const slices = tensorSlices(config);
    assert.equal(slices.length, countTensors(config));
    assert.deepEqual(slices.map(({ name }) => name).sort(), Object.keys(gradients).sort());
    const elements = slices.map(({ shape }) => shape.reduce((product, size) => product * size, 1));
    assert.equal(countParameters(config), elements.reduce((sum, count) => sum + count, 0));
  }
});

Deno.test("Pythia's configuration is read as it is published, and Phi's that cannot be is told why", () => {
  const pythia = {
    ...{ architectures: ["GPTNeoXForCausalLM"], model_type: "gpt_neox", bos_token_id: 0, eos_token_id: 0 },
    ...{
      hidden_act: "gelu",
      hidden_size: 512,
      intermediate_size: 2048,
      num_hidden_layers: 6,
      vocab_size: 50304,
    },
    ...{
      num_attention_heads: 8,
      max_position_embeddings: 2048,
      layer_norm_eps: 1e-5,
      initializer_range: 0.02,
    },
    ...{ rotary_pct: 0.25, rotary_emb_base: 10000, use_parallel_residual: true, tie_word_embeddings: false },
    ...{ torch_dtype: "float16", transformers_version: "4.24.0", use_cache: true },
  };
  const config = fromHuggingFace(pythia);
  assert.equal(countParameters(config), 70_426_624);
  assert.deepEqual([config.rotaryWidth, config.ropeBase, config.parallel], [16, 10000, "own-norms"]);
  const { rotary_pct, rotary_emb_base } = toHuggingFace(config);
  assert.deepEqual([rotary_pct, rotary_emb_base], [0.25, 10000]);
  assert.throws(
    () => fromHuggingFace({ ...pythia, num_key_value_heads: 2 }),
    /num_key_value_heads must be num_attention_heads = 8: current value is 2/,
  );
  const phi = Object.values(recorded).find(({ config }) => config.model_type === "phi")!.config;
  assert.throws(
    () => fromHuggingFace({ ...phi, qk_layernorm: true }),
    /qk_layernorm must be false, as norms of queries and keys with biases are not computed here/,
  );
});

Deno.test("extendContext() keeps the frequencies of layers that slide, where files can say so", () => {
  const longer = (type: string) => {
    const { config } = Object.values(recorded).find(({ config }) =>
      config.model_type === type && fromHuggingFace(config).slidingWindow
    )!;
    const { config: found } = extendContext(initialCheckpoint(fromHuggingFace(config), 1), { context: 96 });
    const again = fromHuggingFace(toHuggingFace(found));
    assert.deepEqual(computed(again), computed(found));
    return found;
  };
  const { slidingWindow, ropeBase, rope } = longer("olmo3");
  assert.deepEqual([slidingWindow!.ropeBase, slidingWindow!.rope], [ropeBase, undefined]);
  assert.equal(rope!.scaling!.rope_type, "yarn");
  assert.equal(longer("gemma3_text").slidingWindow!.ropeBase, 1e4);
  assert.equal(longer("mistral").slidingWindow!.ropeBase, undefined);
});

Deno.test("saveCheckpoint() refuses parts that no model type has together, by name", async () => {
  const config = tinyConfig({ norm: { kind: "layer" }, slidingWindow: { tokens: 4 } });
  const path = `${await Deno.makeTempDir()}/none`;
  await assert.rejects(
    saveCheckpoint(path, initialCheckpoint(config, 1)),
    /no model type says these parts together: llama lacks norm.kind layer$/,
  );
  const named = tinyConfig({ biases: { qkv: true }, huggingFace: { type: "mistral" } });
  assert.throws(
    () => toHuggingFace(named),
    /the model type mistral must say all of its parts: it lacks biases.qkv true/,
  );
  assert.equal(toHuggingFace(tinyConfig({ biases: { qkv: true } })).model_type, "qwen2");
});
