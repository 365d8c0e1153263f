import type { Answer, Method, Prompt } from "../../lib/synthesize/mod.ts";
import { answer } from "./_server.ts";

/** A prompt of one step. */
export const asks = (step: string, text: string, temperature = 0.5): Prompt => ({
  messages: [{ role: "user", content: `${step}: ${text}` }],
  maxTokens: 10,
  temperature,
  step,
});

/** A method of several rounds: write, criticise, mend what is criticised. */
export const mended: Method = {
  id: "mended@1",
  kind: "evolve",
  rounds: 3,
  build: ({ text }) => [asks("write", text)],
  next(answers) {
    const last = answers.at(-1)!;
    if (last.fault || last.prompt.step === "mend") return [];
    if (last.prompt.step === "write") return [asks("criticise", last.text)];
    return last.text.startsWith("good") ? [] : [asks("mend", answers[0].text, 0.1)];
  },
  read(answers: Answer[]) {
    const at = answers.findLastIndex(({ prompt }) => prompt.step !== "criticise");
    const { text, fault } = answers[at];
    return [
      fault ? { rejected: fault, sample: text } : { text, answer: at, meta: { asked: answers.length } },
    ];
  },
};

/** Finds every third text good; each answer is short and says what it was asked. */
export function writes(content: string): Response {
  const [, step, rest] = /^(\w+): ([^]*)$/.exec(content)!;
  const at = Number(/\d+/.exec(rest)![0]);
  return answer(step === "criticise" ? at % 3 === 0 ? "good" : "bad" : `${step[0]}${at}`);
}
