import { join } from "node:path";
import { exists, ofKind, oneOf, takes } from "../base/mod.ts";
import { readCsv } from "../data/mod.ts";

/** A question about a story. */
export interface StoryQuestion {
  /** `narrative-qa/` with the document and its question's number. */
  id: string;
  /** The story, or its summary. */
  text: string;
  /** The question. */
  question: string;
  /** Two answers by readers of the summary. */
  answers: string[];
}

/** Options of {@linkcode readNarrativeQa}. */
export interface NarrativeQaOptions {
  /** Which split. */
  split: "train" | "valid" | "test";
  /**
   * What is asked about.
   * - `summaries`: some 700 words each, in the publisher's repository.
   * - `stories`: whole books and scripts, `tmp/ID.content`, which the publisher's `download_stories.sh` fetches from others.
   */
  text: "summaries" | "stories";
}

/**
 * NarrativeQA's questions (arXiv 1712.07040) out of a copy of its publisher's repository, github.com/google-deepmind/narrativeqa:
 * `qaps.csv`, and `third_party/wikipedia/summaries.csv` or the stories. A story that could not be fetched is told, with its questions.
 *
 * @param onMissing Called with each story that is not there, and how many questions go with it.
 * @throws {Deno.errors.NotFound} If a file is missing; the message says where it is published.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readNarrativeQa } from "midtrain/sets";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.mkdir(`${folder}/third_party/wikipedia`, { recursive: true });
 * await Deno.writeTextFile(`${folder}/qaps.csv`, "document_id,set,question,answer1,answer2\nd1,test,Who sails?,Ahab,Captain Ahab\n");
 * await Deno.writeTextFile(`${folder}/third_party/wikipedia/summaries.csv`, 'document_id,set,summary\nd1,test,"Ahab sails."\n');
 * const [{ text, answers }] = await Array.fromAsync(readNarrativeQa(folder, { split: "test", text: "summaries" }));
 * assert.deepEqual([text, answers], ["Ahab sails.", ["Ahab", "Captain Ahab"]]);
 * ```
 */
export async function* readNarrativeQa(
  folder: string,
  options: NarrativeQaOptions,
  onMissing?: (missing: { document: string; questions: number }) => void,
): AsyncGenerator<StoryQuestion> {
  const cannot = "Cannot read NarrativeQA";
  ofKind(cannot, { folder }, "a text");
  takes(cannot, options, "split, text");
  oneOf(cannot, { split: options.split }, ["train", "valid", "test"]);
  oneOf(cannot, { text: options.text }, ["summaries", "stories"]);
  const questions = await tableOf(cannot, folder, "qaps.csv");
  const columns = ["document_id", "set", "question", "answer1", "answer2"].map((name) =>
    questions.text(name)
  );
  const rows = columns[0].map((document, i) => ({
    document,
    ...{ set: columns[1][i], question: columns[2][i], answers: [columns[3][i], columns[4][i]] },
  })).filter(({ set }) => set === options.split);
  const textOf = options.text === "summaries" ? await summariesIn(cannot, folder) : storiesIn(folder);
  for (const [document, own] of Map.groupBy(rows, ({ document }) => document)) {
    const text = await textOf(document);
    if (text === undefined) {
      onMissing?.({ document, questions: own.length });
      continue;
    }
    for (const [i, { question, answers }] of own.entries()) {
      yield {
        id: `narrative-qa/${document}/${i}`,
        text,
        question,
        answers: answers.filter((answer) => answer !== ""),
      };
    }
  }
}

async function tableOf(cannot: string, folder: string, path: string): ReturnType<typeof readCsv> {
  const whole = join(folder, path);
  if (!await exists(whole)) {
    throw new Deno.errors.NotFound(
      `${cannot} as ${whole} is missing: it is published at github.com/google-deepmind/narrativeqa`,
    );
  }
  return await readCsv(whole);
}

async function summariesIn(
  cannot: string,
  folder: string,
): Promise<(document: string) => string | undefined> {
  const table = await tableOf(cannot, folder, "third_party/wikipedia/summaries.csv");
  const texts = table.text("summary");
  const known = new Map(table.text("document_id").map((document, i) => [document, texts[i].trim()]));
  return (document) => known.get(document);
}

function storiesIn(folder: string): (document: string) => Promise<string | undefined> {
  return async (document) => {
    const path = join(folder, "tmp", `${document}.content`);
    return await exists(path) ? (await Deno.readTextFile(path)).trim() : undefined;
  };
}
