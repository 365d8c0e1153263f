import { documentId, readJsonl } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** A question of trivia with every answer that counts as right. */
export interface TriviaQuestion {
  /** Made of its place: this part of the set names none. */
  id: string;
  /** The question. */
  question: string;
  /** The answer. */
  answer: string;
  /** Everything that counts as right, in the order of the set. */
  aliases: string[];
}

/** 3,000 of TriviaQA's validation questions (arXiv 1705.03551), without their documents. */
export const triviaQa: PublicSet<TriviaQuestion> = publicSet({
  name: "trivia-qa",
  title: "TriviaQA: 3,000 validation questions with all their answers, without documents",
  licence: "Apache-2.0",
  origin: {
    kind: "repository",
    repository: "mosaicml/llm-foundry",
    commit: "8c8dd48f72168c5d51e2f7b151595892a8fba43d",
    folder: "scripts/eval/local_data/world_knowledge/",
  },
  files: { "triviaqa_sm_sub.jsonl": "e3e8222e94cae291d7ab132e59f09c4f51580ed3e23639cf29c2926b4c8284e9" },
  async *read(set) {
    let at = 0;
    for await (const record of readJsonl(await set.file("triviaqa_sm_sub.jsonl"))) {
      const { context, answer, aliases } = record as { context: string; answer: string; aliases: string[] };
      const [, question] = /^Question: ([^]*)\nAnswer:$/.exec(context)!;
      yield { id: documentId("trivia-qa", at++), question, answer, aliases };
    }
  },
});
