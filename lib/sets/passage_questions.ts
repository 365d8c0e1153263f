import { must, ofKind } from "../base/mod.ts";

/** A question with the passages that answer it. */
export interface PassageQuestion {
  /** The publisher's id, behind `squad/` or `hotpot/`. */
  id: string;
  /** The question. */
  question: string;
  /** The right answers. */
  answers: string[];
  /** The passages that it needs, by their place in the list. */
  passages: number[];
  /** Passages near it: of the same article, in the order of the file. */
  near: number[];
}

/** Questions over one list of passages. */
export interface PassageQuestions {
  /** The passages of all questions, each once. */
  passages: string[];
  /** The questions that have an answer. */
  questions: PassageQuestion[];
}

/**
 * Questions about passages out of a publisher's file: SQuAD's, version 1.1 or 2.0 (`dev-v2.0.json` at rajpurkar.github.io/SQuAD-explorer,
 * arXiv 1806.03822), or HotpotQA's with its ten passages each (`hotpot_dev_distractor_v1.json` at hotpotqa.github.io, arXiv
 * 1809.09600). Questions without an answer are left out.
 *
 * @throws {SyntaxError} If the file is no JSON of either form.
 * @throws {Deno.errors.NotFound} If there is no such file.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readPassageQuestions } from "midtrain/sets";
 *
 * const path = await Deno.makeTempFile();
 * const qas = [{ id: "1", question: "Who sails?", answers: [{ text: "Ahab" }] }];
 * await Deno.writeTextFile(path, JSON.stringify({ data: [{ paragraphs: [{ context: "Ahab sails.", qas }, { context: "It rains.", qas: [] }] }] }));
 * const { passages, questions } = await readPassageQuestions(path);
 * assert.deepEqual(passages, ["Ahab sails.", "It rains."]);
 * assert.deepEqual([questions[0].answers, questions[0].passages, questions[0].near], [["Ahab"], [0], [1]]);
 * ```
 */
export async function readPassageQuestions(path: string): Promise<PassageQuestions> {
  const cannot = `Cannot read questions about passages from ${path}`;
  ofKind("Cannot read questions about passages", { path }, "a text");
  let found: unknown;
  try {
    found = JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof SyntaxError) throw new SyntaxError(`${cannot} as it must be JSON: ${error.message}`);
    throw error;
  }
  const list = new Passages();
  const squad = (found as { data?: SquadArticle[] } | null)?.data;
  const questions = Array.isArray(squad)
    ? squad.flatMap((article) => squadQuestions(cannot, article, list))
    : Array.isArray(found)
    ? found.flatMap((record) => hotpotQuestion(cannot, record, list))
    : undefined;
  if (questions === undefined) {
    throw new SyntaxError(
      `${cannot} as it must be SQuAD's object with data or HotpotQA's list: it has ${
        Object.keys(found as object ?? {}).slice(0, 5).join(", ") || "nothing"
      }`,
    );
  }
  must(cannot, "a question with an answer must be there", questions.length, questions.length > 0);
  return { passages: list.texts, questions };
}

/** Texts, each once. */
class Passages {
  readonly texts: string[] = [];
  readonly #places = new Map<string, number>();

  place(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    this.#places.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }
}

interface SquadArticle {
  paragraphs: {
    context: string;
    qas: { id: string; question: string; answers: { text: string }[]; is_impossible?: boolean }[];
  }[];
}

function squadQuestions(cannot: string, article: SquadArticle, list: Passages): PassageQuestion[] {
  if (!Array.isArray(article?.paragraphs)) {
    throw new SyntaxError(
      `${cannot} as every article must have paragraphs: one has ${
        Object.keys(article ?? {}).join(", ") || "nothing"
      }`,
    );
  }
  const places = article.paragraphs.map(({ context }) => list.place(context));
  return article.paragraphs.flatMap(({ qas }, at) =>
    qas.filter(({ answers }) => answers.length > 0).map(({ id, question, answers }) => ({
      id: `squad/${id}`,
      question: question.trim(),
      answers: [...new Set(answers.map(({ text }) => text))],
      passages: [places[at]],
      near: [...new Set(places)].filter((place) => place !== places[at]),
    }))
  );
}

function hotpotQuestion(cannot: string, record: unknown, list: Passages): PassageQuestion[] {
  const { _id: id, question, answer, context, supporting_facts: facts } = (record ?? {}) as {
    _id?: string;
    question?: string;
    answer?: string;
    context?: [title: string, sentences: string[]][];
    supporting_facts?: [title: string, sentence: number][];
  };
  if (typeof question !== "string" || !Array.isArray(context) || !Array.isArray(facts)) {
    throw new SyntaxError(
      `${cannot} as every question must have question, context and supporting_facts: one has ${
        Object.keys(record as object ?? {}).join(", ") || "nothing"
      }`,
    );
  }
  if (answer === undefined) return [];
  const needed = new Set(facts.map(([title]) => title));
  const placed = context.map(([title, sentences]) => ({
    title,
    place: list.place(`${title}\n${sentences.join("")}`),
  }));
  const places = (wanted: boolean) =>
    placed.filter(({ title }) => needed.has(title) === wanted).map(({ place }) => place);
  return [{ id: `hotpot/${id}`, question, answers: [answer], passages: places(true), near: places(false) }];
}
