import { documentId, readJsonl } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** A question that people asked a search engine, with its short answers. */
export interface OpenQuestion {
  /** Made of its place: the set names none. */
  id: string;
  /** The question, in small letters and without a question mark. */
  question: string;
  /** Its right answers, one to several. */
  answers: string[];
}

/** NaturalQuestions without documents: the 3,610 questions of its development split (arXiv 1906.00300). */
export const nqOpen: PublicSet<OpenQuestion> = publicSet({
  name: "nq-open",
  title: "NaturalQuestions open, development split: 3,610 questions with short answers",
  licence: "CC BY-SA 3.0",
  origin: {
    kind: "repository",
    repository: "google-research-datasets/natural-questions",
    commit: "fb26a3073b1fe636c97302890a27b491d6530130",
    folder: "nq_open/",
  },
  files: { "NQ-open.dev.jsonl": "f15567f38099f3615f5b8a685c0aef449c11ad90d3da3735e8d1b98115b40616" },
  async *read(set) {
    let at = 0;
    for await (const record of readJsonl(await set.file("NQ-open.dev.jsonl"))) {
      const { question, answer } = record as { question: string; answer: string[] };
      yield { id: documentId("nq-open", at++), question, answers: answer };
    }
  },
});
