import { winogrande as set, type WinograndeSentence } from "../../sets/mod.ts";
import type { Benchmark, ChoicesAsked, Form } from "../benchmark.ts";
import { LM_EVAL } from "./_lm_eval.ts";
import { olmesForms } from "./_olmes.ts";

type Sentence = Pick<WinograndeSentence, "id" | "sentence" | "choices" | "answer">;

const { "olmes-mc": letters } = olmesForms({ task: "winogrande", cue: "" });

/** OLMES's five examples: the form with letters shows both names of each. */
async function curated(): Promise<Sentence[]> {
  const examples = await letters.pool!({ id: "", question: "", choices: [], gold: 0 });
  return examples.map(({ id, question, choices: [first, second], gold }) => ({
    id,
    sentence: question.slice(CUE.length).replace("___", "_"),
    choices: [first, second],
    answer: gold,
  }));
}

const CUE = "Fill in the blank: ";

/** Both names stand in the gap in turn, and what follows is rated; a question has no answer of its own to rate. */
function partial(item: Sentence, shots: readonly Sentence[]): ChoicesAsked {
  const front = shots.map((shot) => upTo(shot, shot.answer) + behind(shot));
  return {
    choices: item.choices.map((_, i) => (
      { context: [...front, upTo(item, i)].join("\n\n"), continuation: behind(item) }
    )),
    gold: item.answer,
  };
}

function upTo({ sentence, choices }: Sentence, choice: number): string {
  return sentence.slice(0, sentence.indexOf("_")) + choices[choice];
}

/** What follows the gap, by one space whatever the sentence has there. */
function behind({ sentence }: Sentence): string {
  return ` ${sentence.slice(sentence.indexOf("_") + 1).trim()}`;
}

const asQuestion = ({ id, sentence, choices, answer }: Sentence) => (
  { id, question: CUE + sentence.replace("_", "___"), choices, gold: answer }
);

const forms: Record<string, Form<Sentence>> = {
  "olmes-rc": { source: letters.source, shots: 5, draw: "first", pool: curated, ask: partial },
  "olmes-mc": {
    ...{ source: letters.source, shots: 5, draw: "first", pool: curated },
    ask: (item, shots) => letters.ask(asQuestion(item), shots.map(asQuestion)),
  },
  // lm-eval takes its examples from the training split, which is not here.
  "lm-eval": {
    ...{ source: `${LM_EVAL}, tasks/winogrande/default.yaml`, shots: 0, draw: "sample" },
    pool: () => Array.fromAsync(set.read()),
    ask: partial,
  },
};

/** WinoGrande XL's validation split: which of two names fills a gap. */
export const winogrande: Benchmark<Sentence> = {
  name: "winogrande",
  title: "WinoGrande XL, validation: which of two names fills the gap",
  source: "Sakaguchi et al. 2019, arXiv 1907.10641",
  version: 1,
  items: () => set.read(),
  forms,
  leak: ({ sentence, choices, answer }) => ({ question: sentence, answer: choices[answer] }),
};
