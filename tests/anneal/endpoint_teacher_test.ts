// deno-lint-ignore-file camelcase -- the API's names
import assert from "node:assert/strict";
import {
  byteTokenizer,
  ggufTokenizer,
  loadGguf,
  logitsOf,
  packDocuments,
  recordTeacher,
  type RecordTeacherOptions,
  type Tokenizer,
  train,
} from "../../lib/anneal/mod.ts";
import { likeliest } from "../../lib/anneal/_checkpoint_voice.ts";
import { type LanguageModel, openModel, serve } from "../../lib/llm/mod.ts";
import { available, ensure } from "../../lib/native/mod.ts";
import { NEEDS, needsTensorflow, smallestConfig } from "./_models.ts";

const CONTEXT = 8;
const TOP = 3;
const bytes = byteTokenizer();

/** Ids that may follow one, with their log-probabilities, the likeliest first. */
const after = (id: number): [id: number, logprob: number][] =>
  [5, 3, 2, 1].map((weight, i) => [32 + (7 * id + 11 * i) % 90, Math.log(weight / 12)]);

/** What a scripted server may do otherwise. */
interface Script {
  /** How it cuts a text. */
  encode?: (text: string) => number[];
  /** What it calls a token. */
  name?: (id: number) => string;
  /** What becomes of the answer of a token. */
  change?: (top: Record<string, number>, place: number) => Record<string, number> | null;
}

/** A server whose model knows the last token only; in the answers the likeliest stand in disorder, the token itself among them. */
async function scripted(
  { encode = (text) => Array.from(bytes.encode(text)), name = (id) => `token_id:${id}`, change }: Script = {},
) {
  const prompts: number[][] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    if (request.method === "GET") return Response.json({ data: [{ id: "large" }] });
    const { prompt, logprobs, echo } = await request.json();
    assert.equal(echo, true);
    const ids: number[] = typeof prompt === "string" ? encode(prompt) : prompt;
    if (typeof prompt !== "string") prompts.push(ids);
    const all = [...ids, 33];
    const top_logprobs = all.map((id, i) => {
      if (i === 0) return null;
      const rows = after(all[i - 1]).slice(0, logprobs).map(([id, logprob]) => [name(id), logprob]);
      const top = Object.fromEntries([...rows.slice(1), rows[0], [name(id), -9]].toReversed());
      return change ? change(top, i) : top;
    });
    const token_logprobs = all.map((_, i) => i === 0 ? null : -1);
    return Response.json({
      choices: [{ text: "", logprobs: { tokens: all.map(name), token_logprobs, top_logprobs } }],
      usage: { prompt_tokens: ids.length, completion_tokens: 1 },
    });
  });
  const model = await openModel({
    kind: "endpoint",
    baseURL: `http://127.0.0.1:${server.addr.port}/v1`,
    cache: false,
    maxRetries: 0,
  });
  return {
    model,
    prompts,
    async [Symbol.asyncDispose]() {
      await model.close();
      await server.shutdown();
    },
  };
}

const source = (texts = ["the cat sees", "a dog", "the bird and the dog", "a cat hears the bird"]) =>
  packDocuments(texts.map((text, i) => ({ id: `${i}`, text, source: "text", meta: {} })), bytes);

async function record(teacher: LanguageModel, changes: Partial<RecordTeacherOptions> = {}) {
  const folder = changes.folder ?? await Deno.makeTempDir();
  return await recordTeacher(await source(), {
    ...{ teacher, tokenizer: bytes, folder, topK: TOP, context: CONTEXT },
    ...changes,
  });
}

Deno.test("an endpoint says what may follow each token, the likeliest first, however it orders them", async () => {
  await using server = await scripted();
  const taught = await record(server.model);
  const windows = Math.floor((taught.tokens.length - 1) / CONTEXT);
  const { ids, probabilities } = taught.teacher!.read(0, windows * CONTEXT);
  taught.tokens.subarray(0, windows * CONTEXT).forEach((token, i) => {
    const rows = after(token).slice(0, TOP);
    assert.deepEqual([...ids.subarray(TOP * i, TOP * i + TOP)], rows.map(([id]) => id));
    rows.forEach(([, logprob], j) => assert(Math.abs(probabilities[TOP * i + j] - Math.exp(logprob)) < 1e-7));
  });
  // Each window is sent as ids, with the token behind it.
  assert.deepEqual(server.prompts.map(({ length }) => length), Array(windows).fill(CONTEXT + 1));
});

Deno.test("an endpoint is asked of each document by itself where attention stays inside them", async () => {
  await using server = await scripted();
  const taught = await record(server.model, { maskDocuments: true });
  const tokens = [...taught.tokens.subarray(0, 25)];
  assert.equal(tokens[12], 256);
  const sent = server.prompts.map((prompt) => `${prompt}`);
  for (const [start, end] of [[0, 9], [8, 14], [13, 17]]) {
    assert(sent.includes(`${tokens.slice(start, end)}`), `${start} to ${end}`);
  }
  const { ids } = taught.teacher!.read(8, 8);
  tokens.slice(8, 16).forEach((token, i) => assert.equal(ids[TOP * i], after(token)[0][0]));
});

Deno.test("a recording of an endpoint goes on where it was stopped, and is refused to another model", async () => {
  await using server = await scripted();
  const whole = await record(server.model);
  const asked = server.prompts.length;
  const folder = await Deno.makeTempDir();
  const controller = new AbortController();
  const onProgress = ({ done }: { done: number }) => done === 2 && controller.abort();
  // Eight are asked at a time, so that fewer windows than these are one group.
  const long = await packDocuments(
    [{ id: "1", text: "the cat sees the dog ".repeat(12), source: "text", meta: {} }],
    bytes,
  );
  const options = { teacher: server.model, tokenizer: bytes, folder, topK: TOP, context: CONTEXT };
  await assert.rejects(
    recordTeacher(long, { ...options, signal: controller.signal, onProgress }),
    /it was stopped after 8 of 31 windows/,
  );
  assert.equal(server.prompts.length, asked + 8);
  const taught = await recordTeacher(long, options);
  assert.equal(server.prompts.length, asked + 31);
  assert.equal(taught.teacher!.read(240, 8).ids[0], after(taught.tokens.subarray(240, 241)[0])[0][0]);
  await recordTeacher(long, options);
  assert.equal(server.prompts.length, asked + 31);
  await using other = await scripted();
  await assert.rejects(
    recordTeacher(long, { ...options, teacher: other.model }),
    /its model must be this call's \(http:.*large\), or the folder a new one/,
  );
  assert(whole.teacher!.sha256 !== taught.teacher!.sha256);
});

Deno.test("a server that names tokens by their texts is understood, and what no text tells apart is left out", async () => {
  const name = (id: number) => id < 128 ? String.fromCharCode(id) : "\uFFFD";
  const partly = { a: -1, b: -2, "\uFFFD": -3 };
  await using server = await scripted({ name, change: (top, i) => i % 5 === 0 ? partly : top });
  const taught = await record(server.model);
  const { ids, probabilities } = taught.teacher!.read(0, CONTEXT);
  taught.tokens.subarray(0, CONTEXT).forEach((token, i) => {
    const silent = (i + 1) % 5 === 0;
    assert.equal(probabilities[TOP * i] === 0, silent);
    if (!silent) assert.equal(ids[TOP * i], after(token)[0][0]);
  });
});

Deno.test("a server of another tokenizer, or whose answers have holes, is refused in a sentence", async () => {
  const wrong: [Script, RegExp][] = [
    [
      { encode: (text) => text.split(" ").map((_, i) => i) },
      /large must have the tokens of bytes: current value is \d+ tokens of a text in place of \d+/,
    ],
    [
      { encode: (text) => Array.from(bytes.encode(text), (id) => id + 1) },
      /large must have the tokens of bytes: current value is id 74 in place of id 73 \("I"\)/,
    ],
    [{ change: (top, i) => i === 3 ? null : top }, /0 of \d are given in place of token 3/],
    [{ change: (top, i) => i === 4 ? { "token_id:7": -1 } : top }, /1 of 3 are given in place of token 4/],
    [
      { change: (top) => Object.fromEntries(Object.keys(top).map((name) => [name, -0.5])) },
      /the probabilities in place of token 1 add up to 1.820/,
    ],
    [
      { change: (top) => ({ ...top, "token_id:9": 1 }) },
      /in place of token 1 the log-probability of token_id:9 is 1/,
    ],
    [{ name: () => "\uFFFD" }, /are given in place of token 1/],
    [
      { name: (id) => `token_id:${id}`, change: (top) => rename(top, (name) => `${name}9999`) },
      /half of the tokens must have 3 likeliest ones that bytes tells apart: current value is 0 of 8/,
    ],
  ];
  for (const [script, message] of wrong) {
    await using server = await scripted(script);
    await assert.rejects(record(server.model), message);
  }
});

const rename = (top: Record<string, number>, by: (name: string) => string) =>
  Object.fromEntries(Object.entries(top).map(([name, logprob]) => [by(name), logprob]));

Deno.test(`a model learns what an endpoint says ${NEEDS}`, needsTensorflow, async () => {
  await using server = await scripted();
  const taught = await record(server.model, { topK: 4 });
  const { checkpoint } = await train({
    ...{ config: smallestConfig({ width: 16 }), sources: [taught], context: CONTEXT, batch: 4 },
    ...{ schedule: () => 3e-2, steps: 100, engine: "traced", distillation: 1 },
  });
  const tokens = Array.from(taught.tokens.subarray(0, CONTEXT));
  const logits = await logitsOf(checkpoint, tokens);
  const [ids, probabilities] = [new Uint32Array(1), new Float32Array(1)];
  const right = tokens.filter((token, i) => {
    likeliest(logits.subarray(257 * i, 257 * (i + 1)), 1, { ids, probabilities });
    return ids[0] === after(token)[0][0];
  });
  assert(right.length >= CONTEXT - 1, `${right.length}`);
});

const both = { ignore: needsTensorflow.ignore || !await available("smollm2") };

Deno.test({
  name: `the kit's own server teaches what the checkpoint of its weights does ${NEEDS}`,
  ...{ ...both, sanitizeOps: false, sanitizeResources: false },
  async fn() {
    const { model: path } = await ensure("smollm2");
    const tokenizer: Tokenizer = await ggufTokenizer(path);
    const text =
      "The capital of France is Paris, and the capital of Italy is Rome. Water boils at 100 degrees.";
    const packed = await packDocuments([{ id: "1", text, source: "text", meta: {} }], tokenizer);
    const context = 16;
    await using server = await serve({ context: 64 });
    await using model = await openModel({ kind: "endpoint", baseURL: server.url, cache: false });
    const shared = { topK: 5, context, maskDocuments: false };
    const folder = await Deno.makeTempDir();
    const asked = await recordTeacher(packed, {
      teacher: model,
      tokenizer,
      folder: `${folder}/a`,
      ...shared,
    });
    const teacher = await loadGguf(path);
    const own = await recordTeacher(packed, { teacher, folder: `${folder}/b`, ...shared });
    const [a, b] = [asked, own].map(({ teacher }) => teacher!.read(0, context));
    for (let i = 1; i < context; i++) {
      // Its engine multiplies activations rounded to int8.
      const off = Math.abs(a.probabilities[5 * i] - b.probabilities[5 * i]);
      assert(off < 0.15, `token ${i}: ${a.probabilities[5 * i]}, ${b.probabilities[5 * i]}`);
    }
    const same = Array.from({ length: context }, (_, i) => a.ids[5 * i] === b.ids[5 * i]).filter(Boolean);
    assert(same.length >= 13, `${same.length}`);
  },
});
