import type { Benchmark } from "./benchmark.ts";
import { agentBenchDb } from "./benchmarks/agent_bench.ts";
import { arcChallenge, arcChallengeTest, arcEasy, arcEasyTest } from "./benchmarks/arc.ts";
import { bbh } from "./benchmarks/bbh.ts";
import { gsm8k } from "./benchmarks/gsm8k.ts";
import { hellaswag } from "./benchmarks/hellaswag.ts";
import { qmsum } from "./benchmarks/long_answers.ts";
import { math } from "./benchmarks/math.ts";
import { cruxevalInput, cruxevalOutput } from "./benchmarks/cruxeval.ts";
import { humanEval } from "./benchmarks/human_eval.ts";
import { humanEvalFixJavascript, humanEvalFixPython } from "./benchmarks/human_eval_fix.ts";
import { infillingRandomSpan, infillingSingleLine } from "./benchmarks/infilling.ts";
import { mbpp, mbppWhole } from "./benchmarks/mbpp.ts";
import { mmlu } from "./benchmarks/mmlu.ts";
import { nqOpen } from "./benchmarks/nq_open.ts";
import {
  boolq,
  copa,
  csqa,
  openbookqa,
  openbookqaTest,
  piqa,
  sciq,
  socialiqa,
} from "./benchmarks/olmes_tasks.ts";
import { quixbugs } from "./benchmarks/quixbugs.ts";
import { rulerOfBytes } from "./benchmarks/ruler.ts";
import { toolBench } from "./benchmarks/tool_bench.ts";
import { triviaQa } from "./benchmarks/trivia_qa.ts";
import { winogrande } from "./benchmarks/winogrande.ts";

/** Benchmarks whose answers are programs: grading one takes half a second of processor time or more. */
export const codeBenchmarks: readonly Benchmark[] = [
  ...[humanEval, mbpp, mbppWhole, infillingSingleLine, infillingRandomSpan, humanEvalFixPython],
  ...[humanEvalFixJavascript, quixbugs, cruxevalInput, cruxevalOutput],
];

/**
 * The benchmarks of the kit by their names.
 *
 * @example What is asked
 * ```ts
 * import assert from "node:assert/strict";
 * import { benchmarks } from "midtrain/evaluate";
 *
 * assert.deepEqual(Object.keys(benchmarks["arc-easy"].forms), ["olmes-rc", "olmes-mc", "lm-eval"]);
 * ```
 */
export const benchmarks: Readonly<Record<string, Benchmark>> = Object.fromEntries(
  [
    ...[arcEasy, arcEasyTest, arcChallenge, arcChallengeTest, boolq, copa, csqa, hellaswag, mmlu],
    ...[openbookqa, openbookqaTest, piqa, sciq, socialiqa, winogrande, gsm8k],
    ...[bbh, math, nqOpen, triviaQa],
    ...rulerOfBytes,
    ...[agentBenchDb, toolBench, qmsum],
    ...codeBenchmarks,
  ].map((benchmark: Benchmark) => [benchmark.name, benchmark]),
);
