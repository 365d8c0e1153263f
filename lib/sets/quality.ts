import { must, ofKind } from "../base/mod.ts";
import { htmlToText } from "../collect/mod.ts";
import { readJsonl } from "../data/mod.ts";

/** A question about a long article, with four choices. */
export interface QualityQuestion {
  /** `quality/` and the publisher's id. */
  id: string;
  /** The article's text. */
  article: string;
  /** Its heading. */
  title: string;
  /** The question. */
  question: string;
  /** The choices. */
  choices: string[];
  /** Which is right, from 0. */
  answer: number;
  /** Whether most readers in a hurry missed it. */
  difficult: boolean;
}

/**
 * QuALITY's questions (arXiv 2112.08608) out of a file of its publisher: `QuALITY.v1.0.1.train` or `.dev`, or their `htmlstripped`
 * forms, at github.com/nyu-mll/quality under `data/v1.0.1`. HTML is read as text. The labels of `test` are not published.
 *
 * @throws {SyntaxError} If a line is no article of that form, or its questions have no label.
 * @throws {Deno.errors.NotFound} If there is no such file.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readQuality } from "midtrain/sets";
 *
 * const path = await Deno.makeTempFile();
 * const question = { question: "Who?", question_unique_id: "1_A", options: ["a", "b", "c", "d"], gold_label: 2, difficult: 1 };
 * await Deno.writeTextFile(path, JSON.stringify({ article_id: "1", title: "T", article: "<p>Once.</p>", questions: [question] }));
 * const [{ article, answer, difficult }] = await Array.fromAsync(readQuality(path));
 * assert.deepEqual([article, answer, difficult], ["Once.", 1, true]);
 * ```
 */
export async function* readQuality(path: string): AsyncGenerator<QualityQuestion> {
  ofKind("Cannot read QuALITY", { path }, "a text");
  let line = 0;
  for await (const record of readJsonl(path)) {
    line++;
    const { article, title, questions } = (record ?? {}) as unknown as {
      article?: string;
      title?: string;
      questions?: {
        question: string;
        question_unique_id: string;
        options: string[];
        gold_label?: number;
        difficult: number;
      }[];
    };
    if (typeof article !== "string" || !Array.isArray(questions)) {
      throw new SyntaxError(
        `Cannot read QuALITY as line ${line} of ${path} must have article and questions: it has ${
          Object.keys(record ?? {}).join(", ") || "nothing"
        }`,
      );
    }
    const text = /<\/?(?:p|div|br|html|body|h[1-6])\b[^>]*>/i.test(article)
      ? (await htmlToText(article, { keep: "all" })).text
      : article;
    for (const { question, question_unique_id: id, options, gold_label: label, difficult } of questions) {
      if (label === undefined) {
        throw new SyntaxError(
          `Cannot read QuALITY as every question must have its gold_label: ${id} has none, as in the test split, whose labels are not published`,
        );
      }
      must(
        `Cannot read QuALITY (${id})`,
        "gold_label must be one of its options, from 1",
        label,
        label >= 1 && label <= options.length,
      );
      yield {
        id: `quality/${id}`,
        ...{
          article: text.trim(),
          title: title ?? "",
          question: question.trim(),
          choices: options.map((option) => option.trim()),
        },
        ...{ answer: label - 1, difficult: difficult === 1 },
      };
    }
  }
}
