import { arc } from "../../sets/mod.ts";
import type { Benchmark, Form } from "../benchmark.ts";
import { type ChoiceQuestion, olmesBenchmark, olmesQuestions, type OlmesTask } from "./_olmes.ts";
import { LM_EVAL, textOfChoices } from "./_lm_eval.ts";

/** ARC-Easy's 570 validation questions: science of school, 3 to 5 choices. */
export const arcEasy: Benchmark<ChoiceQuestion> = arcPart("easy", "validation");

/** ARC-Easy's 2,376 test questions, as OLMES asks them. */
export const arcEasyTest: Benchmark<ChoiceQuestion> = arcPart("easy", "test");

/** ARC-Challenge's 299 validation questions: those that a search for words does not answer. */
export const arcChallenge: Benchmark<ChoiceQuestion> = arcPart("challenge", "validation");

/** ARC-Challenge's 1,172 test questions, as OLMES asks them. */
export const arcChallengeTest: Benchmark<ChoiceQuestion> = arcPart("challenge", "test");

function arcPart(part: "easy" | "challenge", split: "validation" | "test"): Benchmark<ChoiceQuestion> {
  const task: OlmesTask = { task: `arc_${part}`, cue: "\nAnswer:", unconditional: "Answer:" };
  const validation = async function* (): AsyncGenerator<ChoiceQuestion> {
    for await (const { id, question, choices, answer } of arc.read({ part })) {
      yield { id, question: `Question: ${question}`, choices, gold: answer };
    }
  };
  // lm-eval takes its examples from the training split, which is not here; out of one split it leaves the item itself out.
  const form: Form<ChoiceQuestion> = {
    ...{ source: `${LM_EVAL}, tasks/arc/arc_easy.yaml`, shots: 0, draw: "sample" },
    pool: () => Array.fromAsync(validation()),
    ask: textOfChoices({ cue: "\nAnswer:" }),
  };
  const facts = {
    name: `arc-${part}${split === "test" ? "-test" : ""}`,
    title: `ARC-${part === "easy" ? "Easy" : "Challenge"}, ${split}: science questions`,
    source: "Clark et al. 2018, arXiv 1803.05457",
    // OLMES's choice for each; the other scores stand beside it.
    choiceScore: part === "easy" ? "acc_per_char" : "acc_uncond",
  } as const;
  const items = split === "test" ? () => olmesQuestions(task, "test_rc_5shot") : validation;
  return olmesBenchmark(facts, task, items, { "lm-eval": form });
}
