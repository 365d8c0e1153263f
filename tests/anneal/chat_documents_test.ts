import assert from "node:assert/strict";
import {
  byteTokenizer,
  chatDocuments,
  evaluateLoss,
  initialCheckpoint,
  packDocuments,
  type PackOptions,
  type Tokenizer,
  train,
} from "../../lib/anneal/mod.ts";
import { BatchSampler } from "../../lib/anneal/batches.ts";
import type { Json } from "../../lib/data/mod.ts";
import { NEEDS, needsTensorflow, smallestConfig } from "./_models.ts";

const chat = (meta: Record<string, Json>, id = "c") => ({ id, text: "", source: "chats", meta });
const messages = [
  { role: "user", content: "What is 2+2?" },
  { role: "assistant", content: "4" },
  { role: "user", content: "And 3+3?" },
  { role: "assistant", content: "It is 6." },
];

async function write(meta: Record<string, Json>, template: "chatml" | "llama3" = "chatml") {
  const [document] = await Array.fromAsync(chatDocuments([chat(meta)], { template }));
  const responses = document.meta.responses as [number, number][];
  return { text: document.text, answers: responses.map(([start, end]) => document.text.slice(start, end)) };
}

Deno.test("chatDocuments() writes published forms and marks what the assistant says, its end with it", async () => {
  const { text, answers } = await write({ messages: messages.slice(0, 2) });
  assert.equal(text, "<|im_start|>user\nWhat is 2+2?<|im_end|>\n<|im_start|>assistant\n4<|im_end|>\n");
  assert.deepEqual(answers, ["4<|im_end|>"]);
  assert.deepEqual((await write({ messages })).answers, ["4<|im_end|>", "It is 6.<|im_end|>"]);
  assert.equal(
    (await write({ prompt: "2+2?", response: "4" }, "llama3")).text,
    "<|start_header_id|>user<|end_header_id|>\n\n2+2?<|eot_id|>" +
      "<|start_header_id|>assistant<|end_header_id|>\n\n4<|eot_id|>",
  );
  const shared = [{ from: "human", value: "Hi" }, { from: "gpt", value: [{ type: "text", text: "Ho" }] }];
  assert.deepEqual((await write({ messages: shared })).answers, ["Ho<|im_end|>"]);
});

Deno.test("packDocuments() counts the answers alone, and the end where the last of them reaches it", async () => {
  const template = (role: string) => ({ before: `${role[0]}:`, end: "\n" });
  const documents = await Array.fromAsync(chatDocuments([chat({ messages })], { template }));
  const { tokens, counted, countedTokens, bytes } = await packDocuments(documents, byteTokenizer(), {
    lossOn: "responses",
  });
  const learnt = [...tokens].filter((_, i) => counted![i]);
  assert.equal(byteTokenizer().decode(learnt), "4\nIt is 6.\n");
  assert.equal(learnt.at(-1), 256);
  assert.deepEqual([countedTokens, bytes], [learnt.length, learnt.length - 1]);
  const first = await packDocuments(documents, byteTokenizer(), {
    lossOn: ({ meta }) => (meta.responses as [number, number][]).slice(0, 1),
  });
  assert.equal(first.countedTokens, 2, "an answer and its end, and not the document's");
});

Deno.test("a token across the edge of an answer counts; one that ends before does not", async () => {
  // Words of two letters, whatever stands before them.
  const pairs: Tokenizer = {
    ...{ name: "pairs", sha256: "", vocabularySize: 2 ** 15, endOfDocument: 0 },
    encode: (text) =>
      (text.match(/..?/gs) ?? []).map((pair) => pair.charCodeAt(0) * 128 + (pair.charCodeAt(1) || 1)),
    decode: () => "",
  };
  const counted = async (span: [number, number]) => {
    const document = { id: "d", text: "abcdefg", source: "s", meta: { spans: [span] } };
    return [...(await packDocuments([document], pairs, { lossOn: "spans" })).counted!].join("");
  };
  assert.equal(await counted([2, 4]), "01000");
  assert.equal(await counted([3, 4]), "01000");
  assert.equal(await counted([2, 5]), "01100");
  assert.equal(await counted([3, 7]), "01111");
  assert.equal(await counted([0, 1]), "10000");
});

Deno.test("parts that cannot be are refused, and a source that teaches nothing", async () => {
  const refuses = (spans: Json | undefined, message: string, options: PackOptions = { lossOn: "spans" }) => {
    const document = { id: "d", text: "abc", source: "s", meta: spans === undefined ? {} : { spans } };
    return assert.rejects(packDocuments([document], byteTokenizer(), options), {
      name: "RangeError",
      message,
    });
  };
  const rule =
    "Cannot pack document d as meta.spans must be parts [start, end] of its 3 characters, in order and none " +
    "in another: current value is ";
  await refuses([[0, 4]], `${rule}[[0,4]]`);
  await refuses([[2, 1]], `${rule}[[2,1]]`);
  await refuses([[0, 2], [1, 3]], `${rule}[[0,2],[1,3]]`);
  await refuses([0, 2], `${rule}[0,2]`);
  await refuses(undefined, `${rule}undefined`);
  await refuses([], "Cannot pack s as the loss must count a token of it: it counts none");
});

Deno.test("a document that holds no chat is told by its id", async () => {
  const refuses = (meta: Record<string, Json>, message: RegExp) =>
    assert.rejects(Array.fromAsync(chatDocuments([chat(meta)], { template: "chatml" })), message);
  await refuses(
    { question: "?" },
    /document c as meta must hold messages, or prompt and response: .* question$/,
  );
  await refuses(
    { messages: [{ role: "user" }] },
    /message 0 must hold role and content, both texts: .*"user"/,
  );
  await refuses(
    { messages: messages.slice(0, 1) },
    /a message must be an assistant's: current value is user$/,
  );
});

/** Questions whose answers alone count: windows hold from none to many of them. */
async function sums(options: PackOptions = {}) {
  const chats = Array.from(
    { length: 40 },
    (_, i) => chat({ prompt: `${i}+${"1".repeat(i % 9)}=`, response: `${i}.` }, `${i}`),
  );
  const template = () => ({ before: "", end: ";" });
  return await packDocuments(chatDocuments(chats, { template }), byteTokenizer(), {
    lossOn: "responses",
    ...options,
  });
}

for (const engine of ["reference", "traced"] as const) {
  const kernels = engine !== "reference";
  Deno.test(
    `a step on answers finds the mean over their tokens, in pieces too: ${engine}${
      kernels ? ` ${NEEDS}` : ""
    }`,
    kernels ? needsTensorflow : {},
    async () => {
      const config = smallestConfig();
      const source = await sums();
      // One step takes every window, so that its loss is that of the whole source.
      const batch = Math.floor((source.tokens.length - 1) / config.context);
      const how = { engine, ...(kernels ? {} : { backend: "cpu" as const }) };
      const shared = { config, sources: [source], schedule: () => 1e-2, batch, steps: 2, seed: 3, ...how };
      const whole = await train(shared);
      const pieces = await train({ ...shared, microBatch: 1 });
      const { loss } = await evaluateLoss(initialCheckpoint(config, 3), source, { ...how, batch });
      assert(Math.abs(whole.log[0].loss - loss) < 1e-5, `${whole.log[0].loss}, ${loss}`);
      whole.log.forEach(({ loss }, i) => assert(Math.abs(loss - pieces.log[i].loss) < 1e-5));
    },
  );
}

Deno.test("what a window leaves out stays out when sources that count all are drawn beside it", async () => {
  const answers = await sums({ name: "answers" });
  const text = await packDocuments(
    [{ id: "t", text: "x".repeat(400), source: "text", meta: {} }],
    byteTokenizer(),
  );
  const sampler = new BatchSampler([answers, text], { batch: 2, context: 16, vocabularySize: 257 });
  const { weights, targets } = sampler.next(0);
  const counts = (row: number) =>
    [...weights!.subarray(16 * row, 16 * row + 16)].filter((weight) => weight > 0).length;
  const rows = [0, 1].map((row) => targets[16 * row] === 120 ? "text" : "answers");
  assert.deepEqual([...rows].sort(), ["answers", "text"]);
  assert.equal(counts(rows.indexOf("text")), 16);
  assert(counts(rows.indexOf("answers")) < 10);
});
