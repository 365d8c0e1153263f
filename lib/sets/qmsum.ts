import { readJsonl } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** A question about a whole meeting or a part of it. */
export interface MeetingQuery {
  /** `qmsum/` with the meeting and the query. */
  id: string;
  /** Whether it asks for the whole meeting or for one matter. */
  kind: "general" | "specific";
  /** What was said, a line a turn, the speaker in front. */
  meeting: string;
  /** What is to be summed up. */
  query: string;
  /** The summary. */
  answer: string;
}

/** QMSum's validation split: 35 meetings with 272 queries (arXiv 2104.05938). */
export const qmsum: PublicSet<MeetingQuery> = publicSet({
  name: "qmsum",
  title: "QMSum, validation: 272 summaries asked of 35 meetings, arXiv 2104.05938",
  licence: "MIT",
  origin: {
    kind: "repository",
    repository: "Yale-LILY/QMSum",
    commit: "83d7768c1f2b4dfeb091385d3dc7e239b8e5bb7e",
    folder: "data/ALL/jsonl/",
  },
  files: { "val.jsonl": "fc7444e241bdbe6997c01720d07f1a58b7357284acb73f909766e5a4700db49f" },
  async *read(set) {
    let number = 0;
    for await (const record of readJsonl(await set.file("val.jsonl"))) {
      const { meeting_transcripts: turns, ...queries } = record as unknown as {
        meeting_transcripts: { speaker: string; content: string }[];
        general_query_list: { query: string; answer: string }[];
        specific_query_list: { query: string; answer: string }[];
      };
      const meeting = turns.map(({ speaker, content }) => `${speaker}: ${content}`).join("\n");
      for (const kind of ["general", "specific"] as const) {
        for (const [i, { query, answer }] of queries[`${kind}_query_list`].entries()) {
          yield {
            id: `qmsum/${number}/${kind}/${i}`,
            kind,
            meeting,
            query: query.trim(),
            answer: answer.trim(),
          };
        }
      }
      number++;
    }
  },
});
