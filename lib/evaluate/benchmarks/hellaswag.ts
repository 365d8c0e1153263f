import type { Benchmark } from "../benchmark.ts";
import { type ChoiceQuestion, olmesBenchmark, olmesQuestions, type OlmesTask } from "./_olmes.ts";

const task: OlmesTask = {
  task: "hellaswag",
  cue: "",
  // A scene that ends a sentence keeps the space before what would follow it.
  above: (question) =>
    `${/[.!?] ?$/.test(question) ? `${question.trimEnd()} ` : question}\nChoose the best continuation:`,
  listed: (choice) => choice.trimStart(),
  unconditional: "Answer:",
};

/**
 * HellaSwag's 1,000 validation items that OLMES draws (`random.Random(1234).sample` of 10,042): how a scene goes on. Some of its
 * answers begin with a space, where a mark was taken out: they are asked so.
 */
export const hellaswag: Benchmark<ChoiceQuestion> = olmesBenchmark(
  {
    name: "hellaswag",
    title: "HellaSwag, 1,000 of validation: how a scene goes on",
    source: "Zellers et al. 2019, arXiv 1905.07830",
    choiceScore: "acc_per_char",
  },
  task,
  () => olmesQuestions(task, "rc_5shot"),
);
