import assert from "node:assert/strict";
import {
  type Accepted,
  extractPairs,
  type Message,
  type Method,
  rephrase,
  studentChats,
  subjectPairs,
  subjectTeacher,
  synthesize,
} from "../../lib/synthesize/mod.ts";
import { byteTokenizer, chatDocuments, packDocuments } from "../../lib/anneal/mod.ts";

const first = "The harbour has been closed since the great storm of May.";
const second = "The men will be paid by the town in the coming winter.";
const documents = [{ id: "9b", text: `${first} ${second}`, source: "sea", meta: {} }];
const method = subjectPairs({ maxPartTokens: 16 });
const taught = () => Array.fromAsync(synthesize(documents, method, { model: subjectTeacher() }));
const messagesOf = ({ meta }: { meta: Record<string, unknown> }) => meta.messages as Message[];

Deno.test("studentChats() gives each text the prompt of its part, as the student will be asked", async () => {
  const accepted = await taught();
  const chats = await Array.fromAsync(studentChats(accepted, method, { documents }));
  assert.deepEqual(chats.map((chat) => messagesOf(chat)[1].content), [first, second]);
  assert.deepEqual(
    chats.map((chat) => messagesOf(chat)[2]),
    accepted.map(({ text }) => ({ role: "assistant", content: text })),
  );
  assert.deepEqual(chats.map(({ lineage }) => lineage), accepted.map(({ lineage }) => lineage));
});

Deno.test("of a student's chats the answers alone are learnt", async () => {
  const chats = chatDocuments(studentChats(await taught(), method, { documents }), { template: "chatml" });
  const { countedTokens } = await packDocuments(chats, byteTokenizer(), { lossOn: "responses" });
  const answers = (await taught()).reduce((sum, { text }) => sum + text.length + "<|im_end|>".length, 0);
  assert.equal(countedTokens, answers);
});

Deno.test("a system message is put before chats that have none, and no other", async () => {
  const accepted = await taught();
  const [own] = await Array.fromAsync(studentChats(accepted, method, { documents, system: "Be brief." }));
  assert.notEqual(messagesOf(own)[0].content, "Be brief.");
  const pairs = extractPairs({ minWords: 5, maxPairs: 1 });
  const said = { ...accepted[0], meta: {} };
  const [chat] = await Array.fromAsync(studentChats([said], pairs, { documents, system: "Be brief." }));
  assert.deepEqual(messagesOf(chat).map(({ role }) => role), ["system", "user", "assistant"]);
  assert.equal(messagesOf(chat)[0].content, "Be brief.");
});

Deno.test("a method that draws what it asks is asked with the seed of its run", async () => {
  const drawing: Method = {
    id: "own/draw@1",
    kind: "distill",
    build: ({ text }, random) => [{
      messages: [{ role: "user", content: `${random.next()} ${text}` }],
      maxTokens: 10,
      temperature: 0,
    }],
    read: ([{ text }]): Accepted[] => [{ text }],
  };
  const asked: string[] = [];
  const model = {
    ...subjectTeacher(),
    chat: (request: { messages: readonly Message[] }) => {
      asked.push(request.messages[0].content);
      return subjectTeacher().chat({ messages: [{ role: "user", content: first }] });
    },
  };
  const accepted = await Array.fromAsync(synthesize(documents, drawing, { model: model as never, seed: 7 }));
  const [chat] = await Array.fromAsync(studentChats(accepted, drawing, { documents, seed: 7 }));
  assert.equal(messagesOf(chat)[0].content, asked[0]);
});

Deno.test("studentChats() refuses a text that its method would not accept, and one without its document", async () => {
  const [text] = await taught();
  const chats = (given: typeof text, how = method) =>
    Array.fromAsync(studentChats([given], how, { documents }));
  await assert.rejects(
    chats({ ...text, text: "Question: Who closed the old harbour?\nAnswer: The harbour" }),
    {
      message:
        `Cannot write a student's chats of ${text.id} as extract/subject-pairs@1 must accept it as an answer: current value is the page does not say it`,
    },
  );
  await assert.rejects(chats({ ...text, lineage: { ...text.lineage!, parents: ["7a"] } }), {
    message:
      `Cannot write a student's chats of ${text.id} as its document must be among documents: current value is 7a`,
  });
  await assert.rejects(chats(text, rephrase("plain", { count: 2, minWords: 3 })), {
    message:
      `Cannot write a student's chats of ${text.id} as rephrase/plain@1 must ask for it in one prompt: current value is 0`,
  });
});
