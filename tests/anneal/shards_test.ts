import assert from "node:assert/strict";
import { dirname } from "node:path";
import {
  byteTokenizer,
  openShards,
  packDocuments,
  readShards,
  type Tokenizer,
  type TokenSource,
  train,
  type TrainOptions,
  verifyShards,
  writeShards,
} from "../../lib/anneal/mod.ts";
import { BatchSampler } from "../../lib/anneal/batches.ts";
import { Random } from "../../lib/base/mod.ts";
import type { Document } from "../../lib/data/mod.ts";
import { smallestConfig } from "./_models.ts";

const tokenizer = byteTokenizer();
const fresh = async () => `${await Deno.makeTempDir()}/shards`;
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

function documents(count: number): Document[] {
  const random = new Random("documents");
  return Array.from({ length: count }, (_, i) => ({
    id: `${i}`,
    text: `${"é".repeat(random.int(5))}${"x".repeat(random.int(60))}${i}`,
    source: i % 3 ? "web" : "books",
    meta: {},
  }));
}

Deno.test("openShards() gives the tokens of packDocuments(), over the edges of shards", async () => {
  const folder = await fresh();
  const texts = documents(50);
  const index = await writeShards(folder, texts, { tokenizer, shardTokens: 200 });
  const { tokens, ...about } = await openShards(folder, { tokenizer });
  const packed = await packDocuments(texts, tokenizer);
  assert(index.shards.length > 5 && index.shards.slice(0, -1).every((shard) => shard.tokens >= 200));
  assert.equal(tokens.length, packed.tokens.length);
  assert.deepEqual(tokens.subarray(0, tokens.length), packed.tokens);
  for (const [start, end] of [[0, 0], [199, 203], [250, 900], [tokens.length - 1, tokens.length + 5]]) {
    assert.deepEqual(tokens.subarray(start, end), packed.tokens.slice(start, end));
  }
  const { name, documents: count, bytes, endOfDocument, vocabularySize, largestToken } = about;
  assert.deepEqual({ name, documents: count, bytes, endOfDocument, vocabularySize }, {
    name: packed.name,
    documents: 50,
    bytes: packed.bytes,
    endOfDocument: 256,
    vocabularySize: 257,
  });
  assert.equal(largestToken, 256);
});

Deno.test("writeShards() indexes tokenizer, sources and document boundaries", async () => {
  const folder = await fresh();
  const texts = documents(30);
  const index = await writeShards(folder, texts, { tokenizer, shardTokens: 300, name: "mixed" });
  assert.deepEqual(JSON.parse(await Deno.readTextFile(`${folder}/index.json`)), index);
  assert.deepEqual([index.name, index.idBytes, index.tokenizer.sha256], ["mixed", 2, tokenizer.sha256]);
  assert.deepEqual(Object.keys(index.sources), ["books", "web"]);
  for (const count of ["documents", "tokens", "bytes"] as const) {
    assert.equal(index.sources.web[count] + index.sources.books[count], index[count]);
    assert.equal(index.shards.reduce((sum, shard) => sum + shard[count], 0), index[count]);
  }
  const read = await Array.fromAsync(readShards(folder), (ids) => tokenizer.decode(ids));
  assert.deepEqual(read, texts.map(({ text }) => text));
});

Deno.test("writeShards() gives the same bytes again, and 4-byte ids for a wide vocabulary", async () => {
  const [a, b, c] = [await fresh(), await fresh(), await fresh()];
  const wide: Tokenizer = { ...tokenizer, vocabularySize: 70_000, encode: () => [69_999, 5] };
  assert.deepEqual(
    await writeShards(a, documents(9), { tokenizer }),
    await writeShards(b, documents(9), { tokenizer }),
  );
  assert.equal((await writeShards(c, documents(2), { tokenizer: wide })).idBytes, 4);
  const { tokens, largestToken } = await openShards(c);
  assert.deepEqual([...tokens.subarray(0, 9)], [69_999, 5, 256, 69_999, 5, 256]);
  assert.equal(largestToken, 69_999);
});

Deno.test("writeShards() leaves nothing of a stream that broke off, and touches no folder that exists", async () => {
  const folder = await fresh();
  const broken = async function* () {
    yield* documents(20);
    throw new Error("the source broke off");
  };
  await assert.rejects(
    writeShards(folder, broken(), { tokenizer, shardTokens: 100 }),
    /the source broke off/,
  );
  await assert.rejects(writeShards(folder, [], { tokenizer }), /it must hold a document: it is empty/);
  const bad: Tokenizer = { ...tokenizer, encode: () => [300] };
  await assert.rejects(
    writeShards(folder, documents(1), { tokenizer: bad }),
    /\[0, 257\): current value is 300/,
  );
  await assert.rejects(
    writeShards(folder, documents(1), { tokenizer, shardTokens: 0 }),
    /shardTokens .* value is 0/,
  );
  assert.deepEqual(names(dirname(folder)), []);
  await writeShards(folder, documents(3), { tokenizer });
  const before = await Deno.readTextFile(`${folder}/index.json`);
  await assert.rejects(
    writeShards(folder, documents(4), { tokenizer }),
    /the folder must be new: it exists/,
  );
  assert.equal(await Deno.readTextFile(`${folder}/index.json`), before);
  assert.deepEqual(names(dirname(folder)), ["shards"]);
});

Deno.test("writeShards() on a full disk says so and leaves nothing (needs root for a small tmpfs)", {
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
}, async () => {
  const mounted = await Deno.makeTempDir();
  const endless = async function* () {
    for (let i = 0;; i++) yield { id: `${i}`, text: "x".repeat(10_000), source: "endless", meta: {} };
  };
  const args = ["-t", "tmpfs", "-o", "size=256k", "tmpfs", mounted];
  assert((await new Deno.Command("mount", { args }).output()).success, "tmpfs must be mountable");
  try {
    await assert.rejects(
      writeShards(`${mounted}/shards`, endless(), { tokenizer, shardTokens: 50_000 }),
      /Cannot write shards to .* as the disk is full/,
    );
    assert.deepEqual(names(mounted), []);
  } finally {
    await new Deno.Command("umount", { args: [mounted] }).output();
  }
});

Deno.test("openShards() names a shard that was cut, another tokenizer, and an index that is none", async () => {
  const folder = await fresh();
  await writeShards(folder, documents(20), { tokenizer, shardTokens: 300 });
  await assert.rejects(
    openShards(folder, { tokenizer: { name: "other", sha256: "0" } }),
    /its ids must be those of other: they were made by bytes/,
  );
  await verifyShards(folder);
  const path = `${folder}/00001.ids`;
  const { size } = await Deno.stat(path);
  await Deno.truncate(path, size - 1);
  await assert.rejects(openShards(folder), (error: Error) => {
    assert(error instanceof SyntaxError);
    return error.message.includes(`00001.ids as it must hold ${size} bytes: it holds ${size - 1}`);
  });
  await Deno.writeTextFile(`${folder}/index.json`, "{}");
  await assert.rejects(openShards(folder), /must hold shards and a tokenizer: it does not/);
  await Deno.writeTextFile(`${folder}/index.json`, '{"sh');
  await assert.rejects(openShards(folder), /must be JSON: it begins "{\\"sh"/);
});

const training = (changes: Partial<TrainOptions>): Promise<unknown> =>
  train({
    config: smallestConfig(),
    sources: [],
    schedule: () => 3e-3,
    steps: 6,
    batch: 2,
    backend: "cpu",
    ...changes,
  }).then(({ log, checkpoint }) => [log.map(({ loss }) => loss), checkpoint]);

Deno.test("train() on shards is train() on the same tokens in memory", async () => {
  const folder = await fresh();
  const texts = documents(60);
  await writeShards(folder, texts, { tokenizer, shardTokens: 150 });
  const packed = await packDocuments(texts, tokenizer);
  assert.deepEqual(
    await training({ sources: [await openShards(folder)] }),
    await training({ sources: [packed] }),
  );
});

Deno.test("train() refuses shards of a larger vocabulary before the first step, damaged ones at it", async () => {
  const folder = await fresh();
  await writeShards(folder, documents(60), { tokenizer });
  const source = await openShards(folder);
  await assert.rejects(
    training({ sources: [source], config: smallestConfig({ vocabularySize: 128 }) }),
    /source books .* ids must lie in \[0, 128\): its largest is 256/,
  );
  const path = `${folder}/00000.ids`;
  const { size } = await Deno.stat(path);
  await Deno.writeFile(path, new Uint8Array(size).fill(255));
  await assert.rejects(
    training({ sources: [source] }),
    /source books .* ids must lie in \[0, 257\): token \d+ is 65535/,
  );
  await assert.rejects(
    training({ sources: [await openShards(folder)], config: smallestConfig({ context: 4096 }) }),
    /must hold context \+ 1 = 4097 tokens: it holds \d{4}/,
  );
});

Deno.test("openShards() lays documents by best fit as packDocuments() does, whatever the shards", async () => {
  for (const lossOn of [undefined, () => [[0, 3]] as const]) {
    const folder = await fresh();
    await writeShards(folder, documents(60), { tokenizer, shardTokens: 100, ...(lossOn && { lossOn }) });
    const [laid, packed] = [
      await openShards(folder, { bestFit: 32 }),
      await packDocuments(documents(60), tokenizer, { bestFit: 32, ...(lossOn && { lossOn }) }),
    ];
    assert.deepEqual(laid.tokens.subarray(0, laid.tokens.length), packed.tokens);
    assert.deepEqual(laid.counted!.subarray(0, laid.tokens.length), packed.counted);
    assert.deepEqual([laid.countedTokens, laid.context], [packed.countedTokens, 32]);
    for (const [start, end] of [[0, 33], [32, 65], [40, 43], [61, 140]]) {
      assert.deepEqual(laid.tokens.subarray(start, end), packed.tokens.subarray(start, end));
      assert.deepEqual(laid.counted!.subarray(start, end), packed.counted!.subarray(start, end));
    }
    const batch = (source: TokenSource) => {
      const options = { batch: 4, context: 32, vocabularySize: 257, maskDocuments: true };
      return new BatchSampler([source], options).next(0);
    };
    assert.deepEqual(batch(laid), batch(packed));
    const line = await openShards(folder);
    assert.notEqual(laid.sha256, line.sha256);
    assert.equal(line.context, undefined);
  }
});

Deno.test("writeShards() keeps which tokens count, as packDocuments() has them, over the edges of shards", async () => {
  const folder = `${await Deno.makeTempDir()}/answers`;
  const sums = Array.from({ length: 9 }, (_, i) => ({
    ...{ id: `${i}`, source: "sums", text: `${i}+1=${i + 1}`, meta: { answers: i === 4 ? [] : [[4, 5]] } },
  }));
  await writeShards(folder, sums, { tokenizer, lossOn: "answers", shardTokens: 10 });
  const [sharded, packed] = [
    await openShards(folder, { tokenizer }),
    await packDocuments(sums, tokenizer, { lossOn: "answers" }),
  ];
  assert.deepEqual(sharded.counted!.subarray(0, sharded.counted!.length), packed.counted);
  assert.deepEqual(sharded.counted!.subarray(7, 31), packed.counted!.subarray(7, 31));
  assert.deepEqual([sharded.countedTokens, sharded.bytes], [packed.countedTokens, packed.bytes]);
  const batch = (source: TokenSource) =>
    new BatchSampler([source], { batch: 4, context: 8, vocabularySize: 257 }).next(0);
  assert.deepEqual(batch(sharded).weights, batch(packed).weights);
  // Other answers are another source, though the tokens are the same.
  const other = `${folder}-other`;
  await writeShards(other, sums, { tokenizer, lossOn: () => [[0, 1]], shardTokens: 10 });
  assert.notEqual((await openShards(other)).sha256, sharded.sha256);
  await verifyShards(folder);
  await Deno.writeFile(`${folder}/00000.counted`, new Uint8Array(12));
  await assert.rejects(verifyShards(folder), /00000.counted as it must have the SHA-256/);
  await Deno.truncate(`${folder}/00000.counted`, 3);
  await assert.rejects(openShards(folder), /00000.counted as it must hold 12 bytes: it holds 3/);
  await assert.rejects(
    writeShards(`${folder}-none`, sums, { tokenizer, lossOn: () => [] }),
    /Cannot pack sums as the loss must count a token of it: it counts none/,
  );
});
