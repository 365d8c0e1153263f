import { triviaQa as set, type TriviaQuestion } from "../../sets/mod.ts";
import { triviaQaScores } from "../answer_scores.ts";
import type { Benchmark, Form } from "../benchmark.ts";
import { LM_EVAL } from "./_lm_eval.ts";
import { containsRule, firstSquadScores, lmEvalMatch, overlapRules } from "./_short_answers.ts";

// The examples of all others come from the training split, which is not here: out of one split the item itself is left out.
const pool = () => Array.fromAsync(set.read());

/** A question and its answer as text, examples parted by an empty line. */
function asked(
  { source, shots, mark, stop, maxTokens, first }: {
    source: string;
    shots: number;
    /** What stands behind a question. */
    mark: string;
    stop: readonly string[];
    maxTokens: number;
    /** The answer of an example. */
    first: (item: TriviaQuestion) => string;
  },
): Form<TriviaQuestion> {
  const cue = ({ question }: TriviaQuestion) => `Question: ${question}${mark}\nAnswer:`;
  return {
    ...{ source, shots, draw: "sample", pool },
    ask: (item, examples) => ({
      prompt: [...examples.map((shot) => `${cue(shot)} ${first(shot)}`), cue(item)].join("\n\n"),
      stop,
      maxTokens,
      gold: ` ${item.answer}`,
    }),
  };
}

const aliases = ({ aliases }: TriviaQuestion) => aliases;

/** TriviaQA: 3,000 questions, to be answered from memory. */
export const triviaQa: Benchmark<TriviaQuestion> = {
  name: "triviaqa",
  title: "TriviaQA, 3,000 of the validation split: trivia from memory",
  source: "Joshi et al. 2017, arXiv 1705.03551",
  version: 1,
  items: () => set.read(),
  forms: {
    olmes: asked({
      ...{ source: "OLMES: 5 examples, up to an empty line, 50 tokens", shots: 5, mark: "" },
      ...{ stop: ["\n\n"], maxTokens: 50, first: ({ answer }) => answer },
    }),
    // Most questions end in a question mark already: that it comes twice is lm-eval's.
    "lm-eval": asked({
      ...{ source: `${LM_EVAL}, tasks/triviaqa/default.yaml, version 3`, shots: 0, mark: "?" },
      ...{ stop: ["\n", ".", ","], maxTokens: 256, first: ({ aliases }) => aliases[0] },
    }),
  },
  rules: {
    ...overlapRules("official", "TriviaQA's evaluation script: words, without punctuation and articles", {
      ...{ scores: triviaQaScores, answers: aliases },
    }),
    ...overlapRules("olmes", "OLMES: SQuAD's exact match and F1 over all aliases", {
      ...{ scores: firstSquadScores, answers: aliases },
    }),
    "lm-eval exact_match": lmEvalMatch(`${LM_EVAL}, tasks/triviaqa/default.yaml, version 3`, {
      ...{ answers: aliases, ignoreCase: true, ignorePunctuation: true },
    }),
    contains: containsRule(aliases),
  },
  leak: ({ question, answer }) => ({ question, answer }),
};
