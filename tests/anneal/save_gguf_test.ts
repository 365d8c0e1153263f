// deno-lint-ignore-file camelcase -- the names of the format
import assert from "node:assert/strict";
import { serializeGgufMetadata } from "@huggingface/gguf";
import {
  chatDocuments,
  ggufTokenizer,
  initialCheckpoint,
  llamaConfig,
  loadGguf,
  saveGguf,
} from "../../lib/anneal/mod.ts";
import { blockFormat, dequantize } from "../../lib/anneal/_dequantize.ts";
import { STORED } from "../../lib/anneal/_quantize.ts";
import { openEmbedded, openModel } from "../../lib/llm/mod.ts";
import { available, ensure } from "../../lib/native/mod.ts";

const ready = await available("smollm2");
const needs = { ignore: !ready };
const NEEDS = "(needs SmolLM2: deno task setup)";

const config = llamaConfig("1M", { layers: 2, width: 64, heads: 2, keyValueHeads: 1, feedForward: 96 });

/** The head of a GGUF file of a small Llama, without its tensors. */
async function smallLike(): Promise<string> {
  const [UINT32, FLOAT32, STRING, ARRAY, UINT64] = [4, 6, 8, 9, 10];
  const sizes = {
    embedding_length: config.width,
    block_count: config.layers,
    feed_forward_length: config.feedForward,
    context_length: config.context,
    "attention.head_count": config.heads,
    "attention.head_count_kv": config.keyValueHeads,
  };
  const tokens = Array.from({ length: config.vocabularySize }, (_, id) => `t${id}`);
  const told = {
    version: { type: UINT32, value: 3 },
    tensor_count: { type: UINT64, value: 0n },
    kv_count: { type: UINT64, value: 0n },
    "general.architecture": { type: STRING, value: "llama" },
    "tokenizer.ggml.tokens": { type: ARRAY, subType: STRING, value: tokens },
    "llama.rope.freq_base": { type: FLOAT32, value: config.ropeBase },
    "llama.attention.layer_norm_rms_epsilon": { type: FLOAT32, value: config.normEpsilon },
    ...Object.fromEntries(
      Object.entries(sizes).map(([name, value]) => [`llama.${name}`, { type: UINT32, value }]),
    ),
  };
  const path = `${await Deno.makeTempDir()}/like.gguf`;
  await Deno.writeFile(
    path,
    serializeGgufMetadata(told as unknown as Parameters<typeof serializeGgufMetadata>[0]),
  );
  return path;
}

Deno.test("numbers come back from every format that is written, as near as it holds them", () => {
  const values = Float32Array.from({ length: 96 }, (_, i) => i < 32 ? 0 : Math.sin(i) * (i < 64 ? 1e-3 : 50));
  for (const [name, { type, write }] of Object.entries(STORED)) {
    const found = new Float32Array(values.length);
    dequantize(blockFormat("t", type), write(values), found);
    for (let block = 0; block < 3; block++) {
      const part = values.subarray(32 * block, 32 * block + 32);
      const largest = Math.max(...part.map(Math.abs));
      const step = { Q8_0: largest / 127, F16: largest / 1024, F32: 0 }[name]!;
      part.forEach((value, i) => {
        // Half a step, and a little for the step's own rounding to a half.
        assert(Math.abs(found[32 * block + i] - value) <= 0.56 * step, name);
      });
    }
  }
});

Deno.test("saveGguf() writes what loadGguf() reads, bit for bit as F32 and nearly as Q8_0", async () => {
  const like = await smallLike();
  const before = initialCheckpoint(config, 1);
  for (const precision of ["F32", "F16", "Q8_0"] as const) {
    const path = `${like}.${precision}`;
    await saveGguf(path, before, { like, precision });
    const after = await loadGguf(path);
    assert.deepEqual({ ...after.config, normEpsilon: 0 }, { ...config, normEpsilon: 0 });
    for (const [name, values] of Object.entries(before.weights)) {
      const found = after.weights[name];
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const allowed = { F32: 0, F16: largest / 2000, Q8_0: largest / 200 }[precision];
      assert(found.every((value, i) => Math.abs(value - values[i]) <= allowed), `${name} as ${precision}`);
    }
  }
});

Deno.test("saveGguf() refuses weights of another shape than the file's, and writes nothing", async () => {
  const like = await smallLike();
  const other = initialCheckpoint({ ...config, width: 72, heads: 2 }, 1);
  const path = `${like}.other`;
  await assert.rejects(
    saveGguf(path, other, { like }),
    /like .* as width must be 64, as it is there: current value is 72/,
  );
  await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
});

Deno.test(
  `llama.cpp rates a text by a saved model as by the one that it was read from ${NEEDS}`,
  needs,
  async () => {
    const { model: like } = await ensure("smollm2");
    const path = `${await Deno.makeTempDir()}/own.gguf`;
    await saveGguf(path, await loadGguf(like), { like });
    const pairs = [{ context: "The capital of France is", continuation: " Paris, a city on the Seine." }];
    await using packaged = await openModel({ kind: "embedded", cache: false });
    await using own = await openModel({ modelPath: path, cache: false });
    assert.match(own.name, /^own-[0-9a-f]{8}$/);
    const [expected] = await packaged.loglikelihood(pairs);
    const [found] = await own.loglikelihood(pairs);
    assert.equal(found.tokens, expected.tokens);
    const off = Math.abs(found.logLikelihood - expected.logLikelihood);
    // The packaged weights multiply activations that are rounded to int8, otherwise on another processor.
    assert(off < 0.06 * found.tokens, `${found.logLikelihood}, ${expected.logLikelihood}`);
    await Deno.remove(path);
  },
);

Deno.test(
  `a chat is learnt in the tokens that the embedded model answers it in ${NEEDS}`,
  needs,
  async () => {
    const { model: path } = await ensure("smollm2");
    const tokenizer = await ggufTokenizer(path);
    await using model = await openEmbedded();
    const asked = [
      { role: "system" as const, content: "Be short." },
      { role: "user" as const, content: "Write of 1,200 ships.\n\nPassage:\nnaïve Ünder 東京" },
    ];
    const messages = [...asked, { role: "assistant", content: "Yes." }];
    const document = { id: "1", text: "", source: "", meta: { messages } };
    const [{ text, meta }] = await Array.fromAsync(chatDocuments([document], { template: "chatml" }));
    const [[start, end]] = meta.responses as [number, number][];
    assert.equal(text.slice(start, end), "Yes.<|im_end|>");
    assert.deepEqual(Array.from(tokenizer.encode(text.slice(0, start))), model.chatTokens(asked));
  },
);
