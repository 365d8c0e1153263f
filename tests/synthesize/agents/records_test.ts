// deno-lint-ignore-file camelcase -- the API's names
import assert from "node:assert/strict";
import { byteTokenizer, chatDocuments, packDocuments } from "../../../lib/anneal/mod.ts";
import { hermesAnswer } from "../../../lib/llm/hermes.ts";
import { type AgentCall, agentTasks, demonstrate, trainingRecords } from "../../../lib/synthesize/mod.ts";

const tasks = await agentTasks({ count: 12, seed: "records" });
const shown = await Array.fromAsync(demonstrate(tasks));
const records = (shape: "text" | "messages" | "hermes" | "sharegpt") =>
  Array.fromAsync(trainingRecords(shown, { shape }));
const references = tasks.map(({ meta }) => meta.reference as AgentCall[]);

interface Wire {
  role: string;
  content: string;
  tool_calls?: { id: string; type: string; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
}

Deno.test("messages hold the calls and the tools in OpenAI's form, each result behind its call", async () => {
  const read = await records("messages");
  read.forEach(({ messages, tools }, at) => {
    const list = messages as unknown as Wire[];
    const calls = list.flatMap(({ tool_calls: calls = [] }) => calls);
    assert.deepEqual(
      calls.map(({ function: { name, arguments: given } }) => ({ name, arguments: JSON.parse(given) })),
      references[at],
    );
    const results = list.filter(({ role }) => role === "tool");
    assert.deepEqual(results.map(({ tool_call_id: id }) => id), calls.map(({ id }) => id));
    assert.deepEqual([list[0].role, list[1].role, list.at(-1)!.role], ["system", "user", "assistant"]);
    assert.equal(list[1].content, tasks[at].text);
    const offered = (tools as unknown as { type: string; function: { name: string } }[]).map((tool) =>
      tool.function.name
    );
    assert(references[at].every(({ name }) => offered.includes(name)));
  });
});

Deno.test("hermes and ShareGPT hold the same as text, and its calls are read back from it", async () => {
  const hermes = await records("hermes");
  const shareGpt = await records("sharegpt");
  hermes.forEach(({ messages }, at) => {
    const list = messages as unknown as Wire[];
    assert(list.every((message) => Object.keys(message).join() === "role,content"));
    const calls = list.filter(({ role }) => role === "assistant")
      .flatMap(({ content }) => hermesAnswer(content).toolCalls);
    assert.deepEqual(
      calls.map(({ name, arguments: given }) => ({ name, arguments: JSON.parse(given) })),
      references[at],
    );
    assert.match(list[0].content, /<tools>\n\{"type":"function","function":\{"name":/);
    const conversations = shareGpt[at].conversations as unknown as { from: string; value: string }[];
    assert.deepEqual(conversations.map(({ value }) => value), list.map(({ content }) => content));
    assert.deepEqual(conversations.map(({ from }) => from).slice(0, 4), ["system", "human", "gpt", "tool"]);
  });
});

Deno.test("only what the agent wrote is learnt: in the text as it is, and in a chat template", async () => {
  for (const { text, responses } of await records("text")) {
    const parts = (responses as [number, number][]).map(([start, end]) => String(text).slice(start, end));
    assert(parts.every((part, at) => part.startsWith("<tool_call>") === at < parts.length - 1), parts.join());
    assert(parts.every((part) => !part.includes("<tool_response>") && !part.includes("<tools>")));
  }
  const chats = await Array.fromAsync(chatDocuments(shown, { template: "chatml" }));
  chats.forEach(({ text, meta }, at) => {
    const parts = (meta.responses as [number, number][]).map(([start, end]) => text.slice(start, end));
    assert(parts.every((part) => part.endsWith("<|im_end|>")));
    const calls = parts.flatMap((part) => hermesAnswer(part).toolCalls);
    assert.deepEqual(calls.map(({ name }) => name), references[at].map(({ name }) => name));
    assert.match(text, /<\|im_start\|>tool\n<tool_response>/);
  });
  const [first] = shown;
  const { countedTokens } = await packDocuments([first], byteTokenizer(), { lossOn: "responses" });
  const parts = (first.meta.responses as [number, number][]).map(([start, end]) =>
    first.text.slice(start, end)
  );
  // The end of the text is learnt with the last of them.
  assert.equal(countedTokens, new TextEncoder().encode(parts.join("")).length + 1);
});

Deno.test("a question with its answer has all shapes, and an unknown shape is named", async () => {
  const pair = { id: "1", text: "", source: "s", meta: { question: "2 + 2?", answer: 4 } };
  const [hermes] = await Array.fromAsync(trainingRecords([pair], { shape: "hermes" }));
  assert.deepEqual(hermes.messages, [{ role: "user", content: "2 + 2?" }, {
    role: "assistant",
    content: "4",
  }]);
  const [shareGpt] = await Array.fromAsync(trainingRecords([pair], { shape: "sharegpt" }));
  assert.deepEqual(shareGpt.conversations, [{ from: "human", value: "2 + 2?" }, { from: "gpt", value: "4" }]);
  await assert.rejects(Array.fromAsync(trainingRecords([pair], { shape: "alpaca" } as never)), {
    message:
      "Cannot write training records as shape must be one of text, messages, hermes, sharegpt, question-answer: current value is alpaca",
  });
});
