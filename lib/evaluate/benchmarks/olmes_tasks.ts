import type { Benchmark } from "../benchmark.ts";
import { type ChoiceQuestion, olmesBenchmark, olmesQuestions, type OlmesTask } from "./_olmes.ts";

const answered = { cue: "\nAnswer:", unconditional: "Answer:" };

function fromRequests(
  facts: Pick<Benchmark, "name" | "title" | "source" | "choiceScore">,
  task: OlmesTask,
  variant: string,
): Benchmark<ChoiceQuestion> {
  return olmesBenchmark(facts, task, () => olmesQuestions(task, variant));
}

/** BoolQ's 3,270 validation questions about a passage, yes or no. */
export const boolq: Benchmark<ChoiceQuestion> = fromRequests(
  {
    name: "boolq",
    title: "BoolQ, validation: yes or no, after a passage",
    source: "Clark et al. 2019, arXiv 1905.10044",
  },
  { task: "boolq", cue: "\nAnswer:" },
  "val_rc_5shot",
);

/** COPA's 100 validation questions: which of two is cause or effect. OLMES has no examples for it. */
export const copa: Benchmark<ChoiceQuestion> = fromRequests(
  {
    name: "copa",
    title: "COPA, validation: the more plausible cause or effect",
    source: "Roemmele et al. 2011",
  },
  { task: "copa", cue: "", unconditional: "Answer:" },
  "rc_0shot",
);

/** CommonsenseQA's 1,221 validation questions. */
export const csqa: Benchmark<ChoiceQuestion> = fromRequests(
  {
    name: "csqa",
    title: "CommonsenseQA, validation: five choices",
    source: "Talmor et al. 2019, arXiv 1811.00937",
    choiceScore: "acc_uncond",
  },
  { task: "csqa", ...answered },
  "rc_0shot",
);

/** OpenBookQA's 500 validation questions, without the facts. */
export const openbookqa: Benchmark<ChoiceQuestion> = fromRequests(
  {
    name: "openbookqa",
    title: "OpenBookQA, validation: elementary science",
    source: "Mihaylov et al. 2018, arXiv 1809.02789",
    choiceScore: "acc_uncond",
  },
  { task: "openbookqa", ...answered },
  "rc_0shot",
);

/** OpenBookQA's 500 test questions. */
export const openbookqaTest: Benchmark<ChoiceQuestion> = fromRequests(
  {
    name: "openbookqa-test",
    title: "OpenBookQA, test: elementary science",
    source: "Mihaylov et al. 2018, arXiv 1809.02789",
    choiceScore: "acc_uncond",
  },
  { task: "openbookqa", ...answered },
  "test_rc_5shot",
);

/** PIQA's 1,838 validation questions: which of two ways reaches a goal. */
export const piqa: Benchmark<ChoiceQuestion> = fromRequests(
  {
    name: "piqa",
    title: "PIQA, validation: which of two ways reaches a goal",
    source: "Bisk et al. 2020, arXiv 1911.11641",
    choiceScore: "acc_per_char",
  },
  { task: "piqa", ...answered },
  "rc_0shot",
);

/** SciQ's 1,000 validation questions; the right answer stands last in each. OLMES has no examples for it. */
export const sciq: Benchmark<ChoiceQuestion> = fromRequests(
  {
    name: "sciq",
    title: "SciQ, validation: science questions, without their passages",
    source: "Welbl et al. 2017, arXiv 1707.06209",
  },
  { task: "sciq", ...answered },
  "rc_0shot",
);

/** Social IQa's 1,954 validation questions. */
export const socialiqa: Benchmark<ChoiceQuestion> = fromRequests(
  {
    name: "socialiqa",
    title: "Social IQa, validation: what people feel and do",
    source: "Sap et al. 2019, arXiv 1904.09728",
    choiceScore: "acc_per_char",
  },
  { task: "socialiqa", ...answered },
  "rc_0shot",
);
