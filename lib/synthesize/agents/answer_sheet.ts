import type { Json } from "../../data/mod.ts";
import { rounded } from "../_execute.ts";
import { type Environment, objectSchema, ToolRefusal } from "./environment.ts";

/** Where the answer to a question is written, once. */
export type AnswerSheetState = { answer: Json };

/**
 * The answer to a question as a part of the state: what the agent says beside it does not count. The first one stands.
 */
export const answerSheet: Environment<AnswerSheetState> = {
  name: "answer-sheet@1",
  canonical: ({ answer }) => ({ answer: plainAnswer(answer) }),
  tools: [{
    name: "submit_answer",
    description: "Hand in the answer to the question; it cannot be changed afterwards.",
    parameters: objectSchema({
      answer: { anyOf: [{ type: "string" }, { type: "number" }], description: "The answer alone" },
    }),
    run(state, { answer }) {
      if (state.answer !== null) throw new ToolRefusal("an answer was handed in already");
      return { observation: "handed in", state: { answer } };
    },
  }],
};

/** A number whether it was written as one or as a text; a text without its case and outer signs. */
function plainAnswer(answer: Json): Json {
  const text = String(answer ?? "").trim();
  const bare = text.replace(/(?<=\d),(?=\d{3}\b)/g, "");
  if (/^[-+]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(bare)) return rounded(Number(bare));
  return answer === null ? null : text.toLowerCase().replace(/\s+/g, " ").replace(/[.!]+$/, "");
}
