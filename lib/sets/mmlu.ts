import { oneOf, takes } from "../base/mod.ts";
import { documentId, readJsonl } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** A question of MMLU with four choices. */
export interface MmluQuestion {
  /** Made of its split and its place there: the set names none. */
  id: string;
  /** One of 57, for example `abstract_algebra`. */
  subject: string;
  /** The question. */
  question: string;
  /** Four answers. */
  choices: string[];
  /** Which of them is right, from 0. */
  answer: number;
  /** The split; `dev` holds five questions a subject, to be shown before the one that is asked. */
  split: "dev" | "test";
}

/** MMLU's 285 development and 14,042 test questions (arXiv 2009.03300), subject by subject. */
export const mmlu: PublicSet<MmluQuestion, { split: "dev" | "test" }> = publicSet({
  name: "mmlu",
  title: "MMLU development (285) and test (14,042) questions with four choices, arXiv 2009.03300",
  licence: "MIT",
  origin: { kind: "derived", folder: "mmlu", from: "cais/mmlu" },
  files: {
    "mmlu.dev.jsonl.gz": "8ae7e26d753339de4f2ff1c966152e7f75284fd3b23b4fb5f0224717b2f4bd3e",
    "mmlu.test.jsonl.gz": "1355444a87d225aff1268c5ccaa4572cf74e8773e1048be84b2caf2d0bfc311c",
  },
  async *read(set, options) {
    takes("Cannot read mmlu", options, "split");
    const { split } = options;
    oneOf("Cannot read mmlu", { split }, ["dev", "test"]);
    let at = 0;
    for await (const record of readJsonl(await set.file(`mmlu.${split}.jsonl.gz`))) {
      const fields = record as Pick<MmluQuestion, "subject" | "question" | "choices"> & { answer: number };
      yield { id: documentId(`mmlu/${split}`, at++), ...fields, split };
    }
  },
});
