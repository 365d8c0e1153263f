import { mmlu as set } from "../../sets/mod.ts";
import type { Benchmark, Form } from "../benchmark.ts";
import { lettersOfChoices, LM_EVAL } from "./_lm_eval.ts";
import type { ChoiceQuestion } from "./_olmes.ts";

const pools = new Map<string, Promise<Map<string, ChoiceQuestion[]>>>();

/** The five questions of a subject that are shown before it. */
async function shown({ subject }: ChoiceQuestion): Promise<ChoiceQuestion[]> {
  const all = pools.get("dev") ??
    Array.fromAsync(questions("dev")).then((all) => Map.groupBy(all, ({ subject }) => subject!));
  pools.set("dev", all);
  return (await all).get(subject!)!;
}

async function* questions(split: "dev" | "test"): AsyncGenerator<ChoiceQuestion> {
  for await (const { id, subject, question, choices, answer } of set.read({ split })) {
    yield { id, question: question.trim(), choices, gold: answer, subject };
  }
}

const description = ({ subject }: ChoiceQuestion) =>
  `The following are multiple choice questions (with answers) about ${subject!.replaceAll("_", " ")}.\n\n`;

const letters: Form<ChoiceQuestion> = {
  ...{
    source: `${LM_EVAL}, tasks/mmlu/default/_default_template_yaml`,
    shots: 5,
    draw: "first",
    pool: shown,
  },
  ask: lettersOfChoices({ description }),
};

/** The texts of the answers, which small base models can rate. OLMES keeps the line about the subject in this form too. */
const texts: Form<ChoiceQuestion> = {
  ...{
    source: "OLMES, arXiv 2406.08446, oe_eval's mmlu.py (a fork of 2026-03)",
    shots: 5,
    draw: "first",
    pool: shown,
  },
  ask(item, shots) {
    const front = shots.map(({ question, choices, gold }) =>
      `Question: ${question}\nAnswer: ${choices[gold]}`
    );
    const context = description(item) + [...front, `Question: ${item.question}\nAnswer:`].join("\n\n");
    return {
      choices: item.choices.map((choice) => ({ context, continuation: ` ${choice}` })),
      gold: item.gold,
    };
  },
};

/** MMLU's 14,042 test questions of 57 subjects; a model that says nothing and takes the first gets 22.95 %, guessing 25 %. */
export const mmlu: Benchmark<ChoiceQuestion> = {
  name: "mmlu",
  title: "MMLU, test: questions of 57 subjects with four choices",
  source: "Hendrycks et al. 2021, arXiv 2009.03300",
  version: 1,
  items: () => questions("test"),
  group: ({ subject }) => subject!,
  forms: { "olmes-rc": texts, "lm-eval": letters },
  choiceScore: "acc_per_char",
  leak: ({ question, choices, gold }) => ({ question, answer: choices[gold] }),
};
