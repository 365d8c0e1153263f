import { hash32 } from "../base/mod.ts";
import type { Endpoint } from "./_endpoint.ts";
import type { ChatRequest, Completion } from "../llm/mod.ts";
import { sourceOf, textFault } from "./_text_fault.ts";
import { cleanAnswer, isRefusal, splitReasoning } from "./answer.ts";
import type { Answer, Prompt } from "./method.ts";

/** An answer with what it cost and the seed that gave it. */
export interface Asked {
  answer: Answer;
  usage: { promptTokens: number; completionTokens: number };
  seed: number;
}

/** Which sampling stream a prompt has. */
export interface Stream {
  /** Names run, method and document. */
  name: string;
  /** Which of the document's prompts it is. */
  at: number;
  /** How often an answer that has not the form of the prompt's schema is asked for again. */
  retries: number;
  /** Tokens beyond every prompt's limit, and those beyond that where an answer is truncated. */
  reasoningTokens: number;
  extraTokens: number;
  /** Whether those for truncated answers are given from the start, as an earlier run's answer was. */
  roomy: boolean;
  /** Fields beside the kit's own. */
  body: ChatRequest["body"];
}

/** Ask until the answer has the form that was asked for, or the retries are used up. */
export async function ask(endpoint: Endpoint, prompt: Prompt, stream: Stream): Promise<Asked> {
  const { retries, reasoningTokens, extraTokens, body } = stream;
  const usage = { promptTokens: 0, completionTokens: 0 };
  const tries = prompt.schema && prompt.temperature > 0 ? 1 + retries : 1;
  let roomy = stream.roomy || extraTokens === 0;
  for (let attempt = 0;;) {
    const seed = seedOf(stream, attempt);
    const maxTokens = prompt.maxTokens + reasoningTokens + (roomy ? extraTokens : 0);
    const completion = await endpoint.ask({ ...sent(prompt), maxTokens, seed, ...(body ? { body } : {}) });
    usage.promptTokens += completion.usage.promptTokens;
    usage.completionTokens += completion.usage.completionTokens;
    const answer = await answerOf(completion, prompt);
    if (answer.fault === "truncated" && !roomy) roomy = true;
    else if (!answer.fault || answer.fault === "refused" || ++attempt >= tries) {
      return { answer, usage, seed };
    }
  }
}

/** What of a prompt the model is sent. */
export function sent(prompt: Prompt): Omit<ChatRequest, "seed"> {
  const { messages, maxTokens, temperature, topP, schema, tools } = prompt;
  return { messages, maxTokens, temperature, topP, schema, ...(tools ? { tools } : {}) };
}

/** The seed of an attempt; the first one's has no number, as most have no other. */
function seedOf({ name, at }: Stream, attempt: number): number {
  return hash32(attempt === 0 ? `${name}/${at}` : `${name}/${at}/${attempt}`) >>> 1;
}

async function answerOf(completion: Completion, prompt: Prompt): Promise<Answer> {
  const { text, finishReason, refusal } = completion;
  const clean = cleanAnswer(text || refusal || "");
  const thoughts = [completion.reasoning, splitReasoning(text).reasoning].filter((one) => one !== undefined);
  const reasoning = thoughts.length > 0 ? { reasoning: thoughts.join("\n\n") } : {};
  const { toolCalls = [] } = completion;
  const calls = toolCalls.length > 0 ? { toolCalls } : {};
  const known = { prompt, text: clean, written: text, ...reasoning, ...calls };
  const source = sourceOf(prompt);
  if (finishReason === "filter" || refusal || isRefusal(clean) && !isRefusal(source)) {
    return { ...known, fault: "refused" };
  }
  if (finishReason === "incomplete") return { ...known, fault: `incomplete (${completion.ended ?? "none"})` };
  if (prompt.schema) {
    // A model of another maker may not know of schemas.
    const { answerSchema } = await import("../llm/mod.ts");
    const truncated = finishReason === "length";
    const parsed = completion.parsed ?? (await answerSchema(prompt.schema)).parse(clean, { truncated });
    return parsed.ok
      ? { ...known, value: parsed.value }
      : { ...known, fault: parsed.cause === "schema" ? "wrong schema" : parsed.cause };
  }
  if (finishReason === "length") return { ...known, fault: "truncated" };
  const fault = clean === "" ? toolCalls.length > 0 ? undefined : "empty" : textFault(clean, source);
  return fault === undefined ? known : { ...known, fault };
}
