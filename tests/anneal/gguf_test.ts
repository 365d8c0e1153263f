import assert from "node:assert/strict";
import { countParameters, ggufTokenizer, loadGguf, scorerOf } from "../../lib/anneal/mod.ts";
import { blockFormat, dequantize } from "../../lib/anneal/_dequantize.ts";
import { openModel } from "../../lib/llm/mod.ts";
import { available, ensure } from "../../lib/native/mod.ts";

const ready = await available("smollm2") && await available("tensorflow");
const needs = { ignore: !ready };
const NEEDS = "(needs SmolLM2 and TensorFlow: deno task setup)";

/** A block of bytes: numbers are bytes, `{ half }` a float16. */
function block(...parts: (number | { half: number })[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === "number" ? [part] : [...new Uint8Array(Float16Array.of(part.half).buffer)]
    ),
  );
}

function expand(type: number, bytes: Uint8Array): number[] {
  const format = blockFormat("t", type);
  const target = new Float32Array(format.length * bytes.length / format.bytes);
  dequantize(format, bytes, target);
  return [...target];
}

Deno.test("dequantize() writes out each block format", () => {
  const nibbles = Array.from({ length: 16 }, (_, i) => i | (15 - i) << 4);
  const low = Array.from({ length: 16 }, (_, i) => i);
  const high = low.map((i) => 15 - i);
  assert.deepEqual(expand(2, block({ half: 0.5 }, ...nibbles)), [...low, ...high].map((q) => 0.5 * (q - 8)));
  assert.deepEqual(
    expand(3, block({ half: 0.5 }, { half: -1 }, ...nibbles)),
    [...low, ...high].map((q) => 0.5 * q - 1),
  );
  const bytes = Array.from({ length: 32 }, (_, i) => i - 16);
  assert.deepEqual(expand(8, block({ half: 2 }, ...bytes.map((x) => x & 255))), bytes.map((x) => 2 * x));
  assert.deepEqual(expand(1, block({ half: 1.5 }, { half: -0.25 })), [1.5, -0.25]);
  assert.deepEqual(expand(30, Uint8Array.of(0xc0, 0x3f, 0x00, 0xc0)), [1.5, -2]);
  assert.deepEqual(expand(0, new Uint8Array(Float32Array.of(0.1, -3).buffer)), [Math.fround(0.1), -3]);
  assert.throws(
    () => blockFormat("blk.0.ffn_up.weight", 14),
    /ffn_up.* must be one of F32, F16, Q4_0.*: current value is 14/,
  );
});

Deno.test("loadGguf() refuses a file of another kind", async () => {
  const path = await Deno.makeTempFile({ suffix: ".gguf" });
  await Deno.writeTextFile(path, "not a model at all, only some words that are long enough");
  await assert.rejects(loadGguf(path), /must be a GGUF file/);
  await assert.rejects(loadGguf(`${path}.none`));
});

Deno.test(
  `loadGguf() gives SmolLM2 the log-likelihoods that llama.cpp gives it ${NEEDS}`,
  needs,
  async () => {
    const { model: path } = await ensure("smollm2");
    const model = await loadGguf(path);
    const tokenizer = await ggufTokenizer(path);
    assert.equal(countParameters(model.config), 134_515_008);
    const pairs = [
      { context: "The capital of France is", continuation: " Paris" },
      { context: "The capital of France is", continuation: " London" },
      {
        context: "In 1984 the temperature was 27.5 degrees,",
        continuation: " which is quite warm for the season",
      },
    ];
    await using peer = await openModel();
    const expected = await peer.loglikelihood(pairs);
    const found = await scorerOf(model, tokenizer).loglikelihood(pairs);
    for (const [i, { logLikelihood, tokens, greedy }] of found.entries()) {
      assert.deepEqual([tokens, greedy], [expected[i].tokens, expected[i].greedy]);
      // llama.cpp rounds activations to 8 bits; a wrong layout or frequency is off by tens.
      const off = Math.abs(logLikelihood - expected[i].logLikelihood);
      assert(
        off < 0.1 + 0.03 * tokens,
        `"${pairs[i].continuation}" is ${logLikelihood}, llama.cpp says ${expected[i].logLikelihood}`,
      );
    }
    assert.equal(
      tokenizer.decode(tokenizer.encode("Numbers 1234, naïve 東京.")),
      "Numbers 1234, naïve 東京.",
    );
  },
);
