import { readJsonl } from "../data/mod.ts";
import checksums from "./decon_evals.json" with { type: "json" };
import { type PublicSet, publicSet } from "./public_set.ts";

/** A question with one answer, as a detector of contamination indexes it; a question of four choices stands four times. */
export interface DeconQuestion {
  /** Its number in the whole collection. */
  id: string;
  /** The benchmark it belongs to, for example `mmlu`. */
  benchmark: string;
  /** Its split there. */
  split: string;
  /** The part of the benchmark, for example `aqua_rat`. */
  config: string;
  /** What the question is about, where it has a passage. */
  passage?: string;
  /** The question. */
  question: string;
  /** The answer, which may be a wrong choice. */
  answer: string;
  /** Whether the answer is right, where the collection says so. */
  correct?: boolean;
}

/** The 86,133 entries of AGIEval, GSM8K and MMLU that allenai/decon brings along. */
export const deconEvals: PublicSet<DeconQuestion> = publicSet({
  name: "decon-evals",
  title: "Evaluation questions and answers as a contamination detector indexes them",
  licence: "Apache-2.0",
  origin: {
    kind: "repository",
    repository: "allenai/decon",
    commit: "e1bcb80c752ab9bb014a24b182c547661f943ed1",
    folder: "bundled-evals/",
  },
  files: checksums,
  async *read(set) {
    for (const path of await set.paths()) {
      for await (const record of readJsonl(await set.file(path))) {
        const { doc_id, eval_key, split, config, passage, question, answer, is_correct } = record as
          & {
            [field in "eval_key" | "split" | "config" | "question" | "answer"]: string;
          }
          & { doc_id: number; passage?: string; is_correct?: boolean | null };
        yield {
          id: String(doc_id),
          benchmark: eval_key,
          split,
          config,
          ...(passage ? { passage } : {}),
          question,
          answer,
          ...(is_correct === undefined || is_correct === null ? {} : { correct: is_correct }),
        };
      }
    }
  },
});
