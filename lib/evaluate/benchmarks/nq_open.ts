import { nqOpen as set, type OpenQuestion } from "../../sets/mod.ts";
import { dropScores } from "../answer_scores.ts";
import type { Benchmark, Form } from "../benchmark.ts";
import { LM_EVAL } from "./_lm_eval.ts";
import { containsRule, firstSquadScores, lmEvalMatch, overlapRules } from "./_short_answers.ts";

const pool = () => Array.fromAsync(set.read());

/** lm-eval's form: one line in front, no empty lines between examples. */
const described: Form<OpenQuestion> = {
  ...{ source: `${LM_EVAL}, tasks/nq_open/nq_open.yaml, version 4`, shots: 0, draw: "sample", pool },
  ask(item, shots) {
    const cue = ({ question }: OpenQuestion) => `Q: ${question}?\nA:`;
    const front = shots.map((shot) => `${cue(shot)} ${shot.answers[0]}\n`).join("");
    return {
      prompt: `Answer these questions:\n\n${front}${cue(item)}`,
      stop: ["\n", ".", ","],
      maxTokens: 256,
      gold: ` ${item.answers[0]}`,
    };
  },
};

const plain: Form<OpenQuestion> = {
  ...{ source: "OLMES: 5 examples, up to an empty line, 50 tokens", shots: 5, draw: "sample", pool },
  ask(item, shots) {
    const cue = ({ question }: OpenQuestion) => `Question: ${question}\nAnswer:`;
    return {
      prompt: [...shots.map((shot) => `${cue(shot)} ${shot.answers[0]}`), cue(item)].join("\n\n"),
      stop: ["\n\n"],
      maxTokens: 50,
      gold: ` ${item.answers[0]}`,
    };
  },
};

const answers = ({ answers }: OpenQuestion) => answers;

/** NaturalQuestions open: 3,610 questions that people asked a search engine. */
export const nqOpen: Benchmark<OpenQuestion> = {
  name: "nq-open",
  title: "NaturalQuestions open, development split: questions of searches from memory",
  source: "Kwiatkowski et al. 2019; Lee et al. 2019, arXiv 1906.00300",
  version: 1,
  items: () => set.read(),
  forms: { olmes: plain, "lm-eval": described },
  rules: {
    ...overlapRules("official", "Lee et al. 2019: SQuAD's exact match", {
      scores: firstSquadScores,
      answers,
    }),
    ...overlapRules("olmes", "OLMES: DROP's exact match and F1", { scores: dropScores, answers }),
    "lm-eval exact_match": lmEvalMatch(`${LM_EVAL}, tasks/nq_open/nq_open.yaml, version 4`, {
      ...{ answers, ignoreCase: true, ignorePunctuation: true },
      regexesToIgnore: [/(?<![\p{L}\p{N}_])(?:The |the |An |A |a |an )/u],
    }),
    contains: containsRule(answers),
  },
  leak: ({ question, answers }) => ({ question, answer: answers[0] }),
};
