import type { ScoredPair } from "../base/mod.ts";
import type { PythonGroup } from "./python_group.ts";

/** Answers to choose among: each is rated by its log-likelihood, nothing is written. */
export interface ChoicesAsked {
  /** The answers, each behind its context; two to many, as scored: usually with a space in front. */
  choices: readonly ScoredPair[];
  /** Which of them is right, from 0. */
  gold: number;
  /** A context that says nothing of the question, for `acc_uncond`. @default {no such score} */
  unconditional?: string | undefined;
  /** Tokens of the text that are left out as they do not fit; told with the item. @default {0} */
  cut?: number;
}

/** A text to continue: the model writes, and rules read what it wrote. */
export interface TextAsked {
  /** What stands before. */
  prompt: string;
  /** Texts that end the answer; they do not belong to it. */
  stop: readonly string[];
  /** At most this many tokens are written. */
  maxTokens: number;
  /** A right answer as the data set has it, as it would follow the prompt: rated for bits per byte. */
  gold: string;
  /**
   * What stands behind all that was written so far, for example a tool's result; the model then writes on. `undefined` ends it, and
   * must come after finitely many turns. The answer that is graded holds both. @default {none: the model writes once}
   */
  reply?: (written: string) => Promise<string | undefined>;
  /** Tokens of the text that are left out as they do not fit; told with the item. @default {0} */
  cut?: number;
}

/** What a model is asked about one item. */
export type Asked = ChoicesAsked | TextAsked;

/** What a rule says of one written answer. */
export interface Grade {
  /** From 0, wrong, to 1, right. */
  score: number;
  /** What the rule took for the answer, `null` where it found none. */
  extracted: string | null;
}

/** A published way to read and grade a written answer. */
export interface Rule<Item> {
  /** Whose it is, with the version that was read. */
  source: string;
  /** Changes where the rule gives another grade; grades that are kept go by it. */
  version: number;
  /**
   * Grade an answer; a promise where a program has to run.
   *
   * @param group Where Python programs run one after another, for the answers to one item. @default {each in a process of its own}
   */
  grade(item: Item, answer: string, group?: PythonGroup): Grade | Promise<Grade>;
}

/** One way to ask: the wording and the examples in front. */
export interface Form<Item> {
  /** Whose it is, with the version that was read. */
  source: string;
  /** How many examples stand in front where nobody says. */
  shots: number;
  /** What the examples are taken from; it is not read where there are none. @default {nothing: no example can be asked for} */
  pool?: (item: Item) => Promise<readonly Item[]>;
  /**
   * How they are taken from it.
   * - `first`: the first of the pool, the item itself left out.
   * - `sample`: as lm-eval draws them, with CPython's generator, item after item.
   */
  draw: "first" | "sample";
  /** The prompt. */
  ask(item: Item, shots: readonly Item[]): Asked;
}

/**
 * A benchmark as a value: its items, the forms in which they are asked, the rules by which answers are graded, and what of an
 * item must not stand in training text. One a file; your own are no different from those of the kit.
 */
// deno-lint-ignore no-explicit-any -- a list of benchmarks holds items of many kinds
export interface Benchmark<Item extends { id: string } = any> {
  /** Names it, for example `arc-easy`. */
  name: string;
  /** What it asks, in some words. */
  title: string;
  /** The paper or repository that it comes from. */
  source: string;
  /** Changes where another prompt or gold answer comes of the same item. */
  version: number;
  /** The items that are scored, in the order of the set. */
  items(): AsyncIterable<Item>;
  /** What an item counts to, for example its subject; scores are told by group as well. */
  group?(item: Item): string;
  /** The forms by name, the default first. */
  forms: Readonly<Record<string, Form<Item>>>;
  /** The rules of written answers by name, the primary first; choices have their own. */
  rules?: Readonly<Record<string, Rule<Item>>>;
  /** The score of choices that counts first. @default {"acc"} */
  choiceScore?: ChoiceScore;
  /** What decontamination looks for. */
  leak(item: Item): { question: string; answer: string };
}

/** Scores of choices by their names in the field: see `gradeChoices`. */
export type ChoiceScore = "acc" | "acc_norm" | "acc_bytes" | "acc_per_char" | "acc_per_token" | "acc_uncond";

/** Whether a model is to choose, not to write. */
export function asksChoices(asked: Asked): asked is ChoicesAsked {
  return "choices" in asked;
}
