// deno-lint-ignore-file camelcase -- the names of config.json
import assert from "node:assert/strict";
import {
  type Checkpoint,
  initialCheckpoint,
  llamaConfig,
  loadCheckpoint,
  loadTokenizer,
  logitsOf,
  saveCheckpoint,
  train,
} from "../../lib/anneal/mod.ts";
import { SafetensorsFile, type TensorEntry, writeSafetensors } from "../../lib/anneal/_safetensors.ts";
import { yarn } from "../../lib/rope/mod.ts";
import { llama64 } from "./_llama64.ts";
import { grammar, tinyConfig } from "./_models.ts";
import { safetensors } from "./_safetensors.ts";

/** A path in a folder of its own that does not exist yet. */
const fresh = async () => `${await Deno.makeTempDir()}/checkpoint`;

Deno.test("saveCheckpoint() and loadCheckpoint() keep every bit, the optimiser and the data's place", async () => {
  const { checkpoint } = await train({
    config: tinyConfig({ tieEmbeddings: false }),
    sources: [await grammar("web")],
    schedule: () => 1e-3,
    steps: 3,
    batch: 2,
    backend: "cpu",
  });
  const path = await fresh();
  await saveCheckpoint(path, checkpoint);
  assert.deepEqual(await loadCheckpoint(path), checkpoint);
  assert.deepEqual(
    (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name).sort(),
    ["config.json", "model.safetensors", "optimizer.safetensors", "training.json"],
  );
});

Deno.test("saveCheckpoint() writes Hugging Face's names and shapes", async () => {
  const path = await fresh();
  const config = tinyConfig({ layers: 1, tieEmbeddings: false });
  await saveCheckpoint(path, initialCheckpoint(config, 1));
  using file = await SafetensorsFile.open(`${path}/model.safetensors`);
  const shapes = Object.fromEntries(Object.entries(file.entries).map(([name, { shape }]) => [name, shape]));
  const layer = "model.layers.0";
  assert.deepEqual(shapes, {
    "model.embed_tokens.weight": [257, 16],
    [`${layer}.input_layernorm.weight`]: [16],
    [`${layer}.self_attn.q_proj.weight`]: [16, 16],
    [`${layer}.self_attn.k_proj.weight`]: [8, 16],
    [`${layer}.self_attn.v_proj.weight`]: [8, 16],
    [`${layer}.self_attn.o_proj.weight`]: [16, 16],
    [`${layer}.post_attention_layernorm.weight`]: [16],
    [`${layer}.mlp.gate_proj.weight`]: [24, 16],
    [`${layer}.mlp.up_proj.weight`]: [24, 16],
    [`${layer}.mlp.down_proj.weight`]: [16, 24],
    "model.norm.weight": [16],
    "lm_head.weight": [257, 16],
  });
});

Deno.test("a model whose queries and keys are normed is written as a Qwen3, and read back", async () => {
  const path = await fresh();
  const checkpoint = initialCheckpoint(tinyConfig({ layers: 1, qkNorm: true }), 1);
  await saveCheckpoint(path, checkpoint);
  const { model_type, architectures } = JSON.parse(await Deno.readTextFile(`${path}/config.json`));
  assert.deepEqual([model_type, architectures], ["qwen3", ["Qwen3ForCausalLM"]]);
  using file = await SafetensorsFile.open(`${path}/model.safetensors`);
  for (const part of ["q_norm", "k_norm"]) {
    assert.deepEqual(file.entries[`model.layers.0.self_attn.${part}.weight`].shape, [4]);
  }
  assert.deepEqual(await loadCheckpoint(path), checkpoint);
});

Deno.test("saveCheckpoint() never writes over a folder", async () => {
  const path = await fresh();
  const checkpoint = initialCheckpoint(tinyConfig(), 1);
  await saveCheckpoint(path, checkpoint);
  const before = await Deno.readFile(`${path}/model.safetensors`);
  await assert.rejects(
    saveCheckpoint(path, initialCheckpoint(tinyConfig(), 2)),
    /the folder must be new: it exists/,
  );
  assert.deepEqual(await Deno.readFile(`${path}/model.safetensors`), before);
});

Deno.test("loadCheckpoint() keeps rotary frequencies, named by Hugging Face or not", async () => {
  const own = { inverseFrequencies: Float64Array.of(1, 0.017), attentionFactor: 1.25 };
  const scaling = { rope_type: "yarn", factor: 4, original_max_position_embeddings: 8 };
  const named = { ...yarn({ dimensions: 4, factor: 4, originalContext: 8 }), scaling };
  for (const rope of [own, named]) {
    const path = await fresh();
    const config = tinyConfig({ rope });
    await saveCheckpoint(path, initialCheckpoint(config, 1));
    const { rope: found } = (await loadCheckpoint(path)).config;
    assert.deepEqual(found!.inverseFrequencies, rope.inverseFrequencies);
    assert.equal(found!.attentionFactor, rope.attentionFactor);
  }
});

/** A checkpoint on disk with its weight file written anew. */
async function broken(
  change: (tensors: Record<string, { shape: number[]; values: Float32Array }>) => void,
): Promise<string> {
  const path = await fresh();
  const file = `${path}/model.safetensors`;
  await saveCheckpoint(path, initialCheckpoint(tinyConfig(), 1));
  const tensors: Record<string, { shape: number[]; values: Float32Array }> = {};
  {
    using source = await SafetensorsFile.open(file);
    for (const [name, { shape }] of Object.entries(source.entries)) {
      const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
      await source.read(name, values);
      tensors[name] = { shape, values };
    }
  }
  change(tensors);
  await writeSafetensors(file, tensors);
  return path;
}

Deno.test("loadCheckpoint() names a tensor that is missing, misshaped or unknown", async () => {
  const missing = await broken((tensors) => delete tensors["model.layers.1.mlp.up_proj.weight"]);
  await assert.rejects(
    loadCheckpoint(missing),
    /tensor model\.layers\.1\.mlp\.up_proj\.weight is missing \(1 of 20 are\)/,
  );
  const misshaped = await broken((tensors) => tensors["model.norm.weight"].shape = [4, 4]);
  await assert.rejects(
    loadCheckpoint(misshaped),
    /tensor model\.norm\.weight must have shape \[16\]: it has \[4,4\]/,
  );
  const unknown = await broken((tensors) =>
    tensors["model.layers.0.self_attn.q_norm.weight"] = { shape: [1], values: new Float32Array(1) }
  );
  await assert.rejects(
    loadCheckpoint(unknown),
    /this model has no tensor model\.layers\.0\.self_attn\.q_norm\.weight/,
  );
});

Deno.test("loadCheckpoint() leaves out what a tied model's file repeats", async () => {
  const path = await broken((tensors) => {
    tensors["lm_head.weight"] = { ...tensors["model.embed_tokens.weight"] };
    tensors["model.layers.0.self_attn.rotary_emb.inv_freq"] = { shape: [2], values: new Float32Array(2) };
    tensors["gpt_neox.layers.0.attention.masked_bias"] = { shape: [1], values: new Float32Array(1) };
  });
  assert.deepEqual((await loadCheckpoint(path)).weights, initialCheckpoint(tinyConfig(), 1).weights);
});

Deno.test("loadCheckpoint() refuses an output layer of its own in the file of a tied model", async () => {
  for (const value of [0.5, NaN]) {
    const path = await broken((tensors) => {
      const { shape, values } = tensors["model.embed_tokens.weight"];
      tensors["lm_head.weight"] = { shape, values: values.with(7, value) };
    });
    await assert.rejects(
      loadCheckpoint(path),
      /lm_head\.weight must repeat the embedding of a tied model: its values are others, which tie_word_embeddings: false/,
    );
  }
});

Deno.test("loadCheckpoint() names a weight or bias that it would not read, whatever its type", async () => {
  const { path, header, data } = await saved();
  for (const [name, dtype] of [["self_attn.q_proj.bias", "F64"], ["mlp.up_proj.bias", "F8_E4M3"]]) {
    const bytes = dtype === "F64" ? 8 : 1;
    const more = { dtype, shape: [1], data_offsets: [data.length, data.length + bytes] };
    await Deno.writeFile(
      `${path}/model.safetensors`,
      safetensors(
        { ...header, [`model.layers.0.${name}`]: more },
        Uint8Array.of(...data, ...new Uint8Array(bytes)),
      ),
    );
    await assert.rejects(loadCheckpoint(path), {
      message: `Cannot load ${path} as this model has no tensor model.layers.0.${name}`,
    });
  }
});

Deno.test("loadCheckpoint() says what is wrong with a download that stopped half-way", async () => {
  const { path } = await saved();
  const file = `${path}/model.safetensors`;
  await Deno.writeTextFile(file, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n");
  await assert.rejects(loadCheckpoint(path), /it is a pointer of Git LFS, which git lfs pull replaces/);
  await Deno.rename(file, `${path}/a.safetensors`);
  await Deno.writeTextFile(
    `${path}/model.safetensors.index.json`,
    JSON.stringify({ weight_map: { one: "a.safetensors", two: "b.safetensors" } }),
  );
  await assert.rejects(loadCheckpoint(path), {
    name: "NotFound",
    message:
      /must be a folder that holds b\.safetensors: it holds a\.safetensors, config\.json, .*; 2 shards are named in model\.safetensors\.index\.json$/,
  });
  await Deno.remove(`${path}/model.safetensors.index.json`);
  await Deno.rename(`${path}/a.safetensors`, `${path}/a`);
  await Deno.symlink("../blobs/0", file);
  await assert.rejects(loadCheckpoint(path), /it holds model\.safetensors \(a link to nothing\)$/);
});

Deno.test("loadCheckpoint() reads shards, bfloat16 and float16", async () => {
  const path = await fresh();
  const checkpoint = initialCheckpoint(tinyConfig(), 1);
  const map: Record<string, string> = {};
  await saveCheckpoint(path, checkpoint);
  using whole = await SafetensorsFile.open(`${path}/model.safetensors`);
  for (const [shard, dtype] of [["a", "BF16"], ["b", "F16"]] as const) {
    const header: Record<string, unknown> = {};
    const parts: Uint8Array[] = [];
    let at = 0;
    for (const [i, [name, { shape }]] of Object.entries(whole.entries).entries()) {
      if (i % 2 === (dtype === "F16" ? 1 : 0)) continue;
      const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
      await whole.read(name, values);
      const halves = dtype === "F16"
        ? new Uint8Array(Float16Array.from(values).buffer)
        : new Uint8Array(new Uint16Array(new Uint32Array(values.buffer).map((bits) => bits >>> 16)).buffer);
      header[name] = { dtype, shape, data_offsets: [at, at + halves.length] };
      at += halves.length;
      map[name] = `${shard}.safetensors`;
      parts.push(halves);
    }
    const json = new TextEncoder().encode(JSON.stringify(header));
    const length = new Uint8Array(8);
    new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true);
    await Deno.writeFile(
      `${path}/${shard}.safetensors`,
      new Uint8Array(await new Blob([length, json, ...parts as BlobPart[]]).arrayBuffer()),
    );
  }
  await Deno.writeTextFile(`${path}/model.safetensors.index.json`, JSON.stringify({ weight_map: map }));
  const loaded = await loadCheckpoint(path);
  for (const [name, values] of Object.entries(checkpoint.weights)) {
    values.forEach((x, i) => assert(Math.abs(loaded.weights[name][i] - x) <= Math.abs(x) / 128 + 1e-7));
  }
});

Deno.test("loadCheckpoint() refuses a file that is cut short, is no safetensors file, or another architecture", async () => {
  const path = await fresh();
  const file = `${path}/model.safetensors`;
  await saveCheckpoint(path, initialCheckpoint(tinyConfig(), 1));
  const bytes = await Deno.readFile(file);
  const refuses = (message: RegExp) => assert.rejects(loadCheckpoint(path), message);
  await Deno.writeFile(file, bytes.subarray(0, bytes.length - 4));
  await refuses(/must be a whole safetensors file: it ends within tensor model\.norm\.weight/);
  await Deno.writeFile(file, bytes.subarray(0, 5));
  await refuses(/it has 5 bytes/);
  await Deno.writeTextFile(file, "<!doctype html><html>");
  await refuses(/its header would have \d+ bytes/);
  await Deno.writeTextFile(`${path}/config.json`, '{"model_type": "gpt2"}');
  await refuses(/model_type must be one of llama, .*learned positions.*: current value is gpt2/);
  await Deno.writeTextFile(`${path}/config.json`, "{");
  await refuses(/config\.json as it must be JSON: it begins "\{"/);
});

/** A saved checkpoint, its header and its data. */
async function saved(): Promise<{ path: string; header: Record<string, TensorEntry>; data: Uint8Array }> {
  const path = await fresh();
  await saveCheckpoint(path, initialCheckpoint(tinyConfig(), 1));
  const bytes = await Deno.readFile(`${path}/model.safetensors`);
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  return { path, header, data: bytes.subarray(8 + length) };
}

Deno.test("loadCheckpoint() passes over tensors of other types that it does not need, and names one that it needs", async () => {
  const { path, header, data } = await saved();
  const at = data.length;
  const more = {
    "model.embed_tokens.position_ids": { dtype: "I64", shape: [2], data_offsets: [at, at + 16] },
    "model.scale": { dtype: "F64", shape: [], data_offsets: [at + 16, at + 24] },
    "model.mask": { dtype: "BOOL", shape: [3], data_offsets: [at + 24, at + 27] },
  };
  const write = (header: unknown, rest: number) =>
    Deno.writeFile(
      `${path}/model.safetensors`,
      safetensors(header, Uint8Array.of(...data, ...new Uint8Array(rest))),
    );
  await write({ ...header, ...more }, 27);
  assert.deepEqual((await loadCheckpoint(path)).weights, initialCheckpoint(tinyConfig(), 1).weights);
  await write({ ...header, "model.norm.weight": { ...header["model.norm.weight"], dtype: "I32" } }, 0);
  await assert.rejects(
    loadCheckpoint(path),
    /tensor model\.norm\.weight must be of type F32, BF16, F16: current value is I32/,
  );
});

Deno.test("loadCheckpoint() names the tensor that is not finite", async () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    const path = await broken((tensors) => tensors["model.layers.1.mlp.up_proj.weight"].values[5] = value);
    await assert.rejects(
      loadCheckpoint(path),
      new RegExp(
        `tensor model.layers.1.mlp.up_proj.weight must hold finite numbers: .* ${value} at element 5`,
      ),
    );
  }
});

Deno.test("loadCheckpoint() opens no file but those beside the index, and names what is no file name", async () => {
  const { path, header } = await saved();
  await Deno.copyFile(`${path}/model.safetensors`, `${path}/../secret.safetensors`);
  const index = (map: unknown) =>
    Deno.writeTextFile(`${path}/model.safetensors.index.json`, JSON.stringify({ weight_map: map }));
  const outside = [
    "../secret.safetensors",
    "/dev/zero",
    "a/b.safetensors",
    "..\\\\x.safetensors",
    "..",
    "config.json",
  ];
  for (const file of [...outside, 5, null, {}, ["model.safetensors"]]) {
    await index(Object.fromEntries(Object.keys(header).map((name) => [name, file])));
    await assert.rejects(
      loadCheckpoint(path),
      /weight_map must name \.safetensors files that lie beside it: current/,
    );
  }
  for (const map of [[], null, "x", undefined]) {
    await index(map);
    await assert.rejects(loadCheckpoint(path), /it must hold weight_map: it does not/);
  }
  // A cache of models holds links to files elsewhere.
  await Deno.remove(`${path}/model.safetensors`);
  await Deno.symlink(`${path}/../secret.safetensors`, `${path}/linked.safetensors`);
  await index({ any: "linked.safetensors" });
  assert.equal((await loadCheckpoint(path)).step, 0);
  await Deno.copyFile(`${path}/linked.safetensors`, `${path}/again.safetensors`);
  await index({ any: "linked.safetensors", other: "again.safetensors" });
  await assert.rejects(
    loadCheckpoint(path),
    /a tensor must lie in one file: model\.embed_tokens\.weight lies in two/,
  );
});

Deno.test("loadCheckpoint() holds the configuration against the files before it allocates anything", async () => {
  const { path } = await saved();
  const config = JSON.parse(await Deno.readTextFile(`${path}/config.json`));
  const refuses = async (changes: Record<string, unknown>, why: RegExp) => {
    await Deno.writeTextFile(`${path}/config.json`, JSON.stringify({ ...config, ...changes }));
    await assert.rejects(loadCheckpoint(path), why);
  };
  await refuses(
    { num_hidden_layers: 1e9 },
    /must hold the 9000000002 tensors of its configuration: they hold 20/,
  );
  await refuses(
    { vocab_size: 2 ** 40 },
    /embed_tokens\.weight must have shape \[1099511627776,16\]: it has \[257,16\]/,
  );
  await refuses({ intermediate_size: 2 ** 50 }, /must have shape \[1125899906842624,16\]/);
});

Deno.test("loadCheckpoint() says which files it reads, and that a file must hold an object", async () => {
  const { path } = await saved();
  await Deno.rename(`${path}/model.safetensors`, `${path}/pytorch_model.bin`);
  await assert.rejects(loadCheckpoint(path), (error: Error) => {
    assert.match(
      error.message,
      /its weights must be model\.safetensors, or shards .*: it holds pytorch_model\.bin; in Python, Auto.*save_pretrained\(F\) writes them$/,
    );
    return error instanceof Deno.errors.NotFound;
  });
  await Deno.rename(`${path}/pytorch_model.bin`, `${path}/model.safetensors`);
  await Deno.writeTextFile(`${path}/training.json`, '{"step": "many", "tokens": 0}');
  await assert.rejects(
    loadCheckpoint(path),
    /training\.json as step must be a whole number >= 0: current value is the text "many"/,
  );
  for (const text of ["null", "[]", "5", '"x"']) {
    await Deno.writeTextFile(`${path}/config.json`, text);
    await assert.rejects(loadCheckpoint(path), /config\.json as it must hold an object: it does not/);
  }
});

Deno.test("saveCheckpoint() on a full disk says so and leaves nothing (needs root for a small tmpfs)", {
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
}, async () => {
  const folder = await Deno.makeTempDir();
  const mount = await new Deno.Command("mount", { args: ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder] })
    .output();
  assert(mount.success, "tmpfs must be mountable");
  try {
    const checkpoint: Checkpoint = initialCheckpoint(llamaConfig("1M"), 1);
    await assert.rejects(saveCheckpoint(`${folder}/c`, checkpoint), /c as the disk is full: it needs 5 MB/);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(folder)), []);
  } finally {
    await new Deno.Command("umount", { args: [folder] }).output();
  }
});

Deno.test("logitsOf() of a loaded checkpoint are those of the saved one", async () => {
  const path = await fresh();
  const checkpoint = initialCheckpoint(tinyConfig(), 1);
  const tokens = [72, 105, 33];
  await saveCheckpoint(path, checkpoint);
  const options = { backend: "cpu" } as const;
  assert.deepEqual(
    await logitsOf(await loadCheckpoint(path), tokens, options),
    await logitsOf(checkpoint, tokens, options),
  );
});

for (const tieEmbeddings of [true, false]) {
  const what = tieEmbeddings ? "tied" : "untied";
  Deno.test(`a saved checkpoint has the logits of an independent float64 Llama: ${what}`, async () => {
    const { checkpoint } = await train({
      config: tinyConfig({ tieEmbeddings }),
      sources: [await grammar("web")],
      schedule: () => 1e-2,
      steps: 10,
      batch: 2,
      backend: "cpu",
    });
    const path = await fresh();
    const tokens = [...new TextEncoder().encode("the cat sees it")];
    await saveCheckpoint(path, checkpoint);
    const expected = await llama64(path, tokens);
    const actual = await logitsOf(checkpoint, tokens, { backend: "cpu" });
    const scale = Math.max(...expected.map((row) => Math.max(...row.map(Math.abs))));
    expected.forEach((row, t) =>
      row.forEach((logit, id) => assert(Math.abs(actual[t * 257 + id] - logit) < 2e-5 * scale))
    );
  });
}

Deno.test("loadCheckpoint() and loadTokenizer() say in one sentence what a folder lacks and what it holds", async () => {
  const folder = await Deno.makeTempDir();
  const write = (name: string, text = "{}") => Deno.writeTextFile(`${folder}/${name}`, text);
  const says = (loading: Promise<unknown>, why: RegExp) =>
    assert.rejects(loading, (error: Error) => {
      assert.match(error.message, why);
      return error instanceof Deno.errors.NotFound;
    });
  await says(loadCheckpoint(`${folder}/none`), /must be a folder that holds config\.json: it is not there$/);
  await says(loadCheckpoint(folder), /must be a folder that holds config\.json: it is empty$/);
  await says(loadTokenizer(folder), /must be a folder that holds tokenizer\.json: it is empty$/);
  await write("README.md");
  await says(
    loadCheckpoint(`${folder}/README.md`),
    /must be a folder that holds config\.json: it is a file$/,
  );
  await says(loadTokenizer(folder), /tokenizer\.json: it holds README\.md$/);
  await says(
    loadTokenizer(`${folder}/mine.json`),
    /must be a folder that holds mine\.json: it holds README\.md$/,
  );
  await write("tokenizer.model");
  await says(
    loadTokenizer(folder),
    /it holds README\.md, tokenizer\.model; in Python, transformers writes it from these: AutoTokenizer\./,
  );
  await write("config.json", '{"model_type": "gpt2"}');
  await assert.rejects(
    loadCheckpoint(folder),
    /^RangeError: Cannot read a model's configuration as model_type must be one of llama, .*learned positions.*: current value is gpt2$/,
  );
});
