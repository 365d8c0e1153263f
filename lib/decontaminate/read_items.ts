import { basename, dirname, resolve } from "node:path";
import { described, type Description, nearest, ofKind, takes } from "../base/mod.ts";
import { type Json, readRecords } from "../data/mod.ts";
import type { EvaluationItem } from "./items.ts";

/** The fields of a benchmark's records by what they hold. */
export interface ItemFields {
  /** What is asked. */
  question?: string;
  /** The passage that the question is about, where it has one. */
  passage?: string;
  /** The choices, as a list in one field. */
  choices?: string;
  /** The answer: its text, or which of the choices it is, by letter or number. */
  answer?: string;
  /** The record's own id. */
  id?: string;
}

/** Options of {@linkcode readItems}. */
export interface ReadItemsOptions {
  /** What the fields are called. @default {guessed by the names that benchmarks use; `notes` say the guess} */
  fields?: ItemFields;
  /** What the items call their benchmark. @default {the file's name, or its folder's where the file is called `test` and the like} */
  benchmark?: string;
}

/** Evaluation items, and how they were read. */
export interface ReadItems extends Array<EvaluationItem> {
  /** What was taken for what: a sentence each. Not enumerated. */
  readonly notes: readonly string[];
}

/** Names in the order in which they are taken; case, spaces and `_` do not count. */
const names: Readonly<Record<keyof ItemFields, readonly string[]>> = {
  question: [
    ...[
      "question",
      "questionstem",
      "query",
      "problem",
      "prompt",
      "goal",
      "ctx",
      "context",
      "input",
      "sentence",
    ],
    ...["instruction", "text"],
  ],
  passage: ["passage", "context", "article", "story", "support"],
  choices: ["choices", "options", "endings", "candidates", "mcqchoices"],
  answer: [
    ...[
      "answer",
      "answerkey",
      "correctanswer",
      "answers",
      "label",
      "gold",
      "target",
      "correct",
      "cop",
      "solution",
    ],
    ...["output", "answeridx", "answerindex", "response", "canonicalsolution"],
  ],
  id: ["id", "questionid", "qid", "uid", "taskid", "idx", "ind"],
};

/**
 * Read the items of a benchmark for {@linkcode buildIndex}: JSON Lines, a JSON array, CSV or Parquet, with a question and
 * perhaps a passage, choices and an answer in fields that are named or guessed. An answer that says which of the choices it
 * is, by letter or number, becomes that choice; choices may be a list, `{ text, label }` as in ARC, or fields of their own
 * such as `A` to `D`, `option1`, `sol1`.
 *
 * @throws {RangeError} If no field is a question, or one that is named is not there.
 * @throws {SyntaxError} If there is no record, one has no question, or the file is malformed; the message says which.
 * @throws {Deno.errors.InvalidData} If the file is in another format.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { buildIndex, readItems } from "midtrain/decontaminate";
 *
 * const path = `${await Deno.makeTempDir()}/sums.jsonl`;
 * await Deno.writeTextFile(path, '{"question":"What do 3 and 4 make?","choices":["6","7"],"answer":1}\n');
 * const items = await readItems(path);
 * assert.deepEqual(items[0], { id: "sums/0", question: "What do 3 and 4 make?", answer: "7", benchmark: "sums" });
 * assert.deepEqual(buildIndex(items).unchecked, []);
 * ```
 */
export async function readItems(path: string, options: ReadItemsOptions = {}): Promise<ReadItems> {
  takes("Cannot read items", options, "fields?, benchmark?");
  const { fields = {}, benchmark = benchmarkOf(path) } = options;
  ofKind("Cannot read items", { path, benchmark }, "a text");
  takes("Cannot read items", fields, "question?, passage?, choices?, answer?, id?");
  const records = await Array.fromAsync(readRecords(path));
  if (records.length === 0) {
    throw new SyntaxError(`Cannot read ${path} as it must hold a record: there is none`);
  }
  const found = fieldsOf(path, records, fields);
  const notes = [saidOf(path, records.length, found)];
  const ids = idsOf(records, found, notes);
  const choices = records.map((record) => choicesOf(record, found));
  const base = numberBase(records, choices, found, notes);
  const items = records.map((record, at): EvaluationItem => {
    const question = textOf(record[found.question]);
    if (question === undefined) {
      throw new SyntaxError(
        `Cannot read ${path} as record ${at} must have a question: field ${found.question} holds no text`,
      );
    }
    const passage = found.passage === undefined ? undefined : textOf(record[found.passage]);
    const answer = found.answer === undefined ? undefined : answerOf(record[found.answer], choices[at], base);
    return {
      id: `${benchmark}/${ids[at]}`,
      question: passage === undefined ? question : `${passage}\n${question}`,
      ...(answer === undefined ? {} : { answer }),
      benchmark,
    };
  });
  Object.defineProperty(items, "notes", { value: notes });
  return described(items as ReadItems, tellItems);
}

function tellItems(items: ReadItems): Description {
  const cut = (text: string) => text.length > 80 ? `${text.slice(0, 79)}…` : text;
  return [
    {
      title: "The first items",
      rows: items.slice(0, 5).map(({ id, question, answer = "" }) => ({
        id,
        question: cut(question),
        answer: cut(answer),
      })),
    },
    ...items.notes,
  ];
}

/** A file's name without extensions; where that is a split's, the folder's. */
function benchmarkOf(path: string): string {
  const [stem] = basename(`${path}`).split(".");
  return /^(?:test|train|dev|val|validation|data|default|questions)(?:[-_].*)?$/i.test(stem)
    ? basename(dirname(resolve(path))) || stem
    : stem;
}

/** The fields that were found; choices in fields of their own are `columns`. */
interface Found extends ItemFields {
  question: string;
  columns: string[];
}

function fieldsOf(path: string, records: readonly Record<string, Json>[], given: ItemFields): Found {
  const all = [...new Set(records.flatMap((record) => Object.keys(record)))];
  for (const [role, name] of Object.entries(given)) {
    if (all.includes(name)) continue;
    const meant = nearest(name, all);
    throw new RangeError(
      `Cannot read ${path} as fields.${role} must be one of ${all.join(", ")}: current value is "${name}"${
        meant === undefined ? "" : `; did you mean ${meant}?`
      }`,
    );
  }
  const plain = (name: string) => name.toLowerCase().replace(/[\s_.\-]/g, "");
  const taken = new Set(Object.values(given));
  const guess = (role: keyof ItemFields) => {
    const name = given[role] ??
      names[role].flatMap((wanted) => all.filter((name) => plain(name) === wanted && !taken.has(name)))[0];
    if (name !== undefined) taken.add(name);
    return name;
  };
  const question = guess("question");
  if (question === undefined) {
    throw new RangeError(
      `Cannot read ${path} as the question's field must be one of ${
        all.join(", ")
      }: none of them is a question by its name; give fields.question`,
    );
  }
  const roles = Object.fromEntries(
    (["passage", "choices", "answer", "id"] as const).flatMap((role) => {
      const name = guess(role);
      return name === undefined ? [] : [[role, name]];
    }),
  );
  const own = all.filter((name) =>
    /^(?:(?:choice|option|opt|op|sol|ending|answer)[_ ]?)?(?:[a-h]|\d)$/i.test(name) && !taken.has(name)
  );
  return { question, ...roles, columns: roles.choices === undefined && own.length > 1 ? own.sort() : [] };
}

function saidOf(path: string, count: number, { columns, ...fields }: Found): string {
  const roles = Object.entries(fields).map(([role, name]) => `${role} "${name}"`);
  if (columns.length > 0) roles.push(`choices "${columns.join('", "')}"`);
  return `${path}: ${count} ${count === 1 ? "record" : "records"}, ${roles.join(", ")}`;
}

/** Each record's own id where all differ, else its position. */
function idsOf(records: readonly Record<string, Json>[], { id }: Found, notes: string[]): string[] {
  if (id !== undefined) {
    const own = records.map((record) => textOf(record[id]) ?? "");
    if (new Set(own).size === own.length && !own.includes("")) return own;
    notes.push(`Field "${id}" does not tell the records apart: items are called by their position`);
  }
  return records.map((_, at) => `${at}`);
}

function choicesOf(record: Record<string, Json>, { choices, columns }: Found): Choice[] {
  if (columns.length > 0) {
    return columns.map((name) => ({ label: name.at(-1)!, text: textOf(record[name]) ?? "" }));
  }
  let value = choices === undefined ? null : record[choices];
  // A list in a cell of CSV.
  if (typeof value === "string" && /^\s*[[{]/.test(value)) {
    try {
      value = JSON.parse(value) as Json;
    } catch {
      return [];
    }
  }
  if (Array.isArray(value)) {
    return value.map((one, at) =>
      typeof one === "object" && one !== null && !Array.isArray(one)
        ? { label: textOf(one.label ?? null) ?? letter(at), text: textOf(one.text ?? null) ?? "" }
        : { label: letter(at), text: textOf(one) ?? "" }
    );
  }
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value.text)) {
    const labels = Array.isArray(value.label) ? value.label : [];
    return value.text.map((one, at) => ({
      label: textOf(labels[at] ?? null) ?? letter(at),
      text: textOf(one) ?? "",
    }));
  }
  return Object.entries(value).map(([label, one]) => ({ label, text: textOf(one) ?? "" }));
}

/** One of the answers to choose from. */
interface Choice {
  label: string;
  text: string;
}

const letter = (at: number) => String.fromCharCode(65 + at);

/** From which number choices are counted: from 1 where an answer is the number of the choices, or all carry such labels and none is 0. */
function numberBase(
  records: readonly Record<string, Json>[],
  choices: readonly (readonly Choice[])[],
  { answer }: Found,
  notes: string[],
): number {
  if (answer === undefined) return 0;
  const numbers = records.flatMap((record, at) => {
    const value = textOf(record[answer]);
    return value !== undefined && isNumber(value) && choices[at].length > 0
      ? [{ value: Number(value), own: choices[at] }]
      : [];
  });
  if (numbers.length === 0) return 0;
  const base = numbers.every(({ value }) => value >= 1) &&
      numbers.some(({ value, own }) => value === own.length || own.every(({ label }) => isNumber(label)))
    ? 1
    : 0;
  notes.push(`Numbers in "${answer}" name the choices from ${base}`);
  return base;
}

const isNumber = (text: string) => /^\d+$/.test(text);

function answerOf(value: Json | undefined, choices: readonly Choice[], base: number): string | undefined {
  const text = textOf(value);
  if (text === undefined || choices.length === 0) return text;
  if (typeof value === "string" && choices.some((choice) => choice.text === text)) return text;
  if (isNumber(text)) return choices[Number(text) - base]?.text ?? text;
  return choices.find(({ label }) => label.toLowerCase() === text.toLowerCase())?.text ?? text;
}

/** A value as text: of a list, or of `{ text }` as in SQuAD, the first. */
function textOf(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value.trim() === "" ? undefined : value.trim();
  if (typeof value === "number" || typeof value === "boolean") return `${value}`;
  if (Array.isArray(value)) return textOf(value[0]);
  if (typeof value === "object" && value !== null) return textOf(value.text ?? value.value);
  return undefined;
}
