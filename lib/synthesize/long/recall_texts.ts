import {
  fitTokens,
  type Haystack,
  type Hidden,
  hideInHaystack,
  inRange,
  type LengthTokenizer,
  ofKind,
  oneOf,
  Random,
  readHaystack,
  takes,
  wholeNumber,
} from "../../base/mod.ts";
import type { Document, Documents } from "../../data/mod.ts";
import { madeDocument } from "../_made.ts";
import { different, number, person, thing } from "./_facts.ts";

/** What is hidden in a text, and asked for at its end. */
export type RecallTask =
  /** One person's number, among those of others. */
  | "one"
  /** All numbers of one person, in the order of the text. */
  | "all"
  /** Who has a thing in the end that is handed on from one to the next. */
  | "trail"
  /** Two persons' numbers, and which of them is greater: each alone says nothing. */
  | "greater";

/** Options of {@linkcode recallTexts}. */
export interface RecallTextsOptions {
  /** What is hidden and asked. */
  task: RecallTask;
  /** Counts tokens; the ids are not used. */
  tokenizer: LengthTokenizer;
  /** The length of the whole text, question and answer included, in tokens. */
  tokens: number;
  /** How many texts. */
  count: number;
  /** The largest share of `tokens` by which a text is shorter; none is longer. @default {0.05} */
  tolerance?: number;
  /** How many facts are hidden; those that are not asked for lead astray. @default {4} */
  facts?: number;
  /** Names facts, places and beginnings. @default {1} */
  seed?: number | string;
}

/**
 * Texts in which facts are hidden at random depths, with a question that they answer at the end: training for looking
 * back, of any length, with the truth by program.
 *
 * The way is that of needles in a haystack (RULER, arXiv:2404.06654); persons, facts and questions are others than those of
 * the benchmark, which this kit has as `ruler` of `midtrain/evaluate`, so that training on them teaches no line of it. Give
 * other documents than those that the benchmark hides its needles in, which is Moby-Dick where nothing else is said.
 *
 * No name and no number that is asked for stands in the text but where it was hidden. `meta` holds `question`, `answer`, `evidence` (where the facts stand, in
 * UTF-16 code units), `depths` (of the facts, in [0, 1]) and `tokens`.
 *
 * @param documents What the facts are hidden in: their sentences, in order.
 * @throws {RangeError} If an option is out of range, the documents do not fill the length, or no text comes near it.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { recallTexts } from "midtrain/synthesize";
 *
 * const letters = [..."abcdefghijkl"];
 * const words = letters.flatMap((one) => letters.map((other) => `word${one}${other}`));
 * const page = { id: "1", source: "web", meta: {}, text: `${words.join(". Some ")}. `.repeat(9) };
 * const tokenizer = { name: "words", encode: (text: string) => (text.match(/\S+/g) ?? []).map((_, i) => i) };
 * const options = { task: "one", tokenizer, tokens: 600, count: 1 } as const;
 * const [{ text, meta }] = await Array.fromAsync(recallTexts([page], options));
 * const [[from, to]] = meta.evidence as [number, number][];
 * assert(text.slice(from, to).includes(String(meta.answer)));
 * ```
 */
export async function* recallTexts(
  documents: Documents,
  options: RecallTextsOptions,
): AsyncGenerator<Document> {
  const cannot = "Cannot hide facts in texts";
  takes(cannot, options, "task, tokenizer, tokens, count, tolerance?, facts?, seed?");
  ofKind(cannot, { documents }, "a list or another iterable");
  const { task, tokenizer, tokens, count, tolerance = 0.05, facts = 4, seed = 1 } = options;
  oneOf(cannot, { task }, Object.keys(tasks));
  ofKind(cannot, { tokenizer }, "an object with name, encode");
  wholeNumber(cannot, { tokens, count }, ">= 1");
  wholeNumber(cannot, { facts }, ">= 2");
  inRange(cannot, { tolerance }, "in (0, 1)");
  const parents: string[] = [];
  const haystack = await readHaystack(cannot, named(documents, parents), tokenizer);
  const whole = haystack.sentences.join(" ");
  const random = new Random(`${seed}/recall/${task}/${tokens}`);
  for (let at = 0; at < count; at++) {
    const drawn = tasks[task](random.fork(at), facts, (name) => whole.includes(name));
    const written = near(cannot, {
      haystack,
      drawn,
      tokenizer,
      tokens,
      tolerance,
      random: random.fork(`${at}/place`),
    });
    const { passage, text, hidden } = written;
    yield madeDocument({
      by: `long/recall-${task}@1`,
      position: `${seed}/${tokenizer.name}/${tokens}/${facts}/${at}`,
      text,
      parents,
      settings: { tokens, tolerance, facts, tokenizer: tokenizer.name },
      meta: {
        question: drawn.question,
        answer: drawn.answer,
        evidence: drawn.asked.map((fact) => [passage.indexOf(fact), passage.indexOf(fact) + fact.length]),
        depths: drawn.asked.map((fact) => hidden.find(({ text }) => text === fact)!.depth),
        tokens: written.tokens,
      },
      seed,
    });
  }
}

async function* named(documents: Documents, ids: string[]): AsyncGenerator<Document> {
  for await (const document of documents) {
    ids.push(document?.id);
    yield document;
  }
}

/** Facts to hide, and what is asked of them. */
interface Drawn {
  facts: string[];
  /** Those that the answer needs: the first ones. */
  asked: string[];
  /** Whether these must stand in their order. */
  ordered?: true;
  question: string;
  answer: string;
}

type Draw = (random: Random, count: number, taken: (name: string) => boolean) => Drawn;

const tasks: Record<RecallTask, Draw> = {
  one: (random, count, taken) => {
    const { of, facts, says } = numbered(random, count, taken);
    return {
      facts,
      asked: [facts[0]],
      question: `Which number does the ${of} of ${says[0].who} have?`,
      answer: says[0].value,
    };
  },
  all: (random, count, taken) => {
    const of = thing(random);
    const [who, other] = different(2, () => person(random), taken);
    const values = different(count + 1, () => number(random), taken);
    const asked = values.slice(1).map((value) =>
      `In another year the ${of} of ${who} was given the number ${value}.`
    );
    const astray = `In another year the ${of} of ${other} was given the number ${values[0]}.`;
    return {
      facts: [...asked, astray],
      asked,
      ordered: true,
      question:
        `Which numbers was the ${of} of ${who} given over the years? List them in the order of the text.`,
      answer: values.slice(1).join(", "),
    };
  },
  trail: (random, count, taken) => {
    const of = thing(random);
    const names = different(count + 1, () => person(random), taken);
    const facts = names.slice(1).map((next, at) => `${names[at]} handed the old ${of} on to ${next}.`);
    return {
      facts,
      asked: facts,
      ordered: true,
      question: `Who has the old ${of} at the end of the text?`,
      answer: names.at(-1)!,
    };
  },
  greater: (random, count, taken) => {
    const { of, facts, says } = numbered(random, count, taken);
    const [a, b] = says;
    return {
      facts,
      asked: facts.slice(0, 2),
      question: `Whose ${of} has the greater number, that of ${a.who} or that of ${b.who}?`,
      answer: Number(a.value) > Number(b.value) ? a.who : b.who,
    };
  },
};

/** Persons with a number each. */
function numbered(random: Random, count: number, taken: (name: string) => boolean) {
  const of = thing(random);
  const names = different(count, () => person(random), taken);
  const values = different(count, () => number(random), taken);
  const says = names.map((who, at) => ({ who, value: values[at] }));
  return { of, says, facts: says.map(({ who, value }) => `The ${of} of ${who} has the number ${value}.`) };
}

interface Writing {
  haystack: Haystack;
  drawn: Drawn;
  tokenizer: LengthTokenizer;
  tokens: number;
  tolerance: number;
  random: Random;
}

/** The longest text that fits; a sentence may be longer than the tolerance, so that other places are tried. */
function near(cannot: string, { haystack, drawn, tokenizer, tokens, tolerance, random }: Writing) {
  const least = Math.ceil((1 - tolerance) * tokens);
  let best = 0;
  for (let tries = 0; tries < 20; tries++) {
    const start = random.int(haystack.sentences.length);
    const depths = drawn.facts.map(() => random.next());
    // Who hands a thing on must have been given it.
    const inOrder = depths.slice(0, drawn.asked.length).sort((a, b) => a - b);
    const hidden: Hidden[] = drawn.facts.map((text, at) => ({
      text,
      depth: drawn.ordered ? inOrder[at] ?? depths[at] : depths[at],
    }));
    const passageOf = (count: number) => hideInHaystack(haystack, { start, count, hidden });
    const render = (count: number) =>
      `${passageOf(count)}\n\nQuestion: ${drawn.question}\nAnswer: ${drawn.answer}`;
    const found = fitTokens(cannot, {
      context: tokens,
      least: 0,
      most: haystack.sentences.length,
      render,
      tokenizer,
    });
    if (found.tokens >= least) return { ...found, passage: passageOf(found.size), hidden };
    best = Math.max(best, found.tokens);
  }
  throw new RangeError(
    `${cannot} as tolerance must leave room for a sentence of the documents: the longest text that fits ${tokens} tokens has ${best}`,
  );
}
