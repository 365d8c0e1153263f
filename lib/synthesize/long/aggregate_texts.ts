import {
  each,
  inRange,
  type LengthTokenizer,
  ofKind,
  oneOf,
  Random,
  takes,
  tokensIn,
  wholeNumber,
} from "../../base/mod.ts";
import type { Document, Documents, OnDrop } from "../../data/mod.ts";
import { madeDocument } from "../_made.ts";
import { type Mention, mentionsIn } from "./_mentions.ts";

/** What is asked of a whole text. */
export type Aggregation =
  /** How often a word stands in it. */
  | "count"
  /** Which of four words comes first. */
  | "first"
  /** Which of four words comes last: the one whose last mention does. */
  | "last"
  /** Which of four words stands most often. */
  | "most frequent"
  /** In how many paragraphs a word stands. */
  | "paragraphs"
  /** The order in which four words first come. */
  | "order";

/** Options of {@linkcode aggregateTexts}. */
export interface AggregateTextsOptions {
  /** What is asked; a text is asked for each of them that it can answer. @default {all six} */
  kinds?: readonly Aggregation[];
  /** How often a word stands that is asked for: at least where it is counted, at most in every case. @default {[3, 30]} */
  mentions?: readonly [number, number];
  /** Counts tokens, for `minTokens` and `meta.tokens`. @default {tokens are not counted} */
  tokenizer?: LengthTokenizer;
  /** Texts with fewer tokens are left out; needs `tokenizer`. @default {0} */
  minTokens?: number;
  /** Names words and questions. @default {1} */
  seed?: number | string;
  /** Called with every text that is asked nothing, and why. */
  onDrop?: OnDrop;
}

/**
 * A whole text with a question that no part of it answers: counts, the first, the last, the most frequent, the order, each with
 * the truth by program.
 *
 * Asked for are words of five letters and more that stand in no other word of the text (`whale`, but not beside `whales`), so
 * that a reader counts what the program counts; what is most frequent is so by at least two mentions and by a third, and the
 * mentions of a word that is counted, or that of those compared, are spread: they lie in a half of the text and not in a
 * tenth of it. Every kind gives one text, in the order of `kinds`. `meta` holds `kind`, `question`, `answer`, and `evidence`: where the mentions stand that
 * decide, in UTF-16 code units.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { aggregateTexts } from "midtrain/synthesize";
 *
 * const page = { id: "1", source: "web", meta: {}, text: "Whale oil burns. ".repeat(4) + "The whale sank." };
 * const [{ meta }] = await Array.fromAsync(aggregateTexts([page], { kinds: ["count"] }));
 * assert.match(String(meta.question), /^How often .*(whale|burns)/);
 * ```
 */
export async function* aggregateTexts(
  documents: Documents,
  options: AggregateTextsOptions = {},
): AsyncGenerator<Document> {
  const cannot = "Cannot ask of whole texts";
  takes(cannot, options, "kinds?, mentions?, tokenizer?, minTokens?, seed?, onDrop?");
  ofKind(cannot, { documents }, "a list or another iterable");
  const { kinds = all, mentions = [3, 30], tokenizer, minTokens = 0, seed = 1, onDrop } = options;
  ofKind(cannot, { kinds }, "a list of texts");
  for (const kind of kinds) oneOf(cannot, { "every kind": kind }, all);
  const [least, most] = mentions;
  wholeNumber(cannot, { "the fewest mentions": least, "the most mentions": most }, ">= 1");
  inRange(cannot, { minTokens }, ">= 0");
  if (minTokens > 0 && !tokenizer) {
    throw new TypeError(`${cannot} with minTokens as there is no tokenizer: give tokenizer too`);
  }
  if (tokenizer) ofKind(cannot, { tokenizer }, "an object with name, encode");
  for await (const document of each(cannot, { documents }, "an object with id, text")) {
    const drop = (reason: string) =>
      onDrop?.({
        id: document.id,
        source: document.source,
        stage: id,
        reason,
        excerpt: document.text.slice(0, 200),
      });
    const tokens = tokenizer && tokensIn(document.text, tokenizer);
    if (tokens !== undefined && tokens < minTokens) {
      drop(`fewer than ${minTokens} tokens`);
      continue;
    }
    const found = mentionsIn(document.text);
    for (const kind of kinds) {
      const random = new Random(`${seed}/${kind}/${document.id}`);
      const asked = ask[kind](found, { random, least, most, text: document.text });
      if (!asked) {
        drop(`no question of ${kind}`);
        continue;
      }
      const { question, answer, evidence } = asked;
      const text = `${document.text}\n\nQuestion: ${question}\nAnswer: ${answer}`;
      yield madeDocument({
        by: id,
        position: `${seed}/${kind}/${mentions}/${document.id}`,
        text,
        parents: [document.id],
        settings: { kind, mentions: [...mentions] },
        meta: {
          kind,
          question,
          answer,
          evidence: evidence.toSorted(([a], [b]) => a - b),
          ...(tokenizer ? { tokens: tokensIn(text, tokenizer) } : {}),
        },
        seed,
      });
    }
  }
}

const id = "long/aggregate@1";

interface Asking {
  random: Random;
  least: number;
  most: number;
  text: string;
}

interface Asked {
  question: string;
  answer: string;
  evidence: [number, number][];
}

const COMPARED = 4;

const spans = (mentions: Mention[]) =>
  mentions.flatMap(({ word, places }) => places.map((at): [number, number] => [at, at + word.length]));
const list = (words: Mention[], random: Random) =>
  random.shuffle(words.map(({ word }) => `"${word}"`)).join(", ");

const ask: Record<Aggregation, (found: Mention[], asking: Asking) => Asked | undefined> = {
  count: (found, asking) => {
    const one = counted(found, asking);
    return one && {
      question: `How often does the word "${one.word}" stand in the text above, in capital or small letters?`,
      answer: String(one.places.length),
      evidence: spans([one]),
    };
  },
  paragraphs: (found, asking) => {
    const starts = paragraphStarts(asking.text);
    const of = (at: number) => starts.findLastIndex((start) => start <= at);
    const several = found.filter(({ places }) => new Set(places.map(of)).size < places.length);
    const one = starts.length < 4 ? undefined : counted(several, asking) ?? counted(found, asking);
    return one && {
      question:
        `In how many paragraphs of the text above does the word "${one.word}" stand, in capital or small letters?`,
      answer: String(new Set(one.places.map(of)).size),
      evidence: spans([one]),
    };
  },
  first: (found, asking) => {
    const words = apart(found, asking, ({ places }) => places[0]);
    const first = words?.[0];
    return words && first && {
      question: `Which of these words comes first in the text above: ${list(words, asking.random)}?`,
      answer: first.word,
      evidence: spans(words.map((one) => ({ ...one, places: one.places.slice(0, 1) }))),
    };
  },
  last: (found, asking) => {
    const words = apart(found, asking, ({ places }) => places.at(-1)!);
    const last = words?.at(-1);
    return words && last && {
      question: `Of these words, which one is the last to be mentioned in the text above: ${
        list(words, asking.random)
      }?`,
      answer: last.word,
      evidence: spans(words.map((one) => ({ ...one, places: one.places.slice(-1) }))),
    };
  },
  order: (found, asking) => {
    const words = apart(found, asking, ({ places }) => places[0]);
    return words && {
      question: `In which order do these words first come in the text above: ${list(words, asking.random)}?`,
      answer: words.map(({ word }) => word).join(", "),
      evidence: spans(words.map((one) => ({ ...one, places: one.places.slice(0, 1) }))),
    };
  },
  "most frequent": (found, { random, least, text }) => {
    const often = found.filter((one) => one.places.length >= least && isSpread(one.places, text));
    const winner = often.length === 0 ? undefined : random.pick(often);
    const rivals = winner && random.shuffle(often.filter(({ places }) => {
      const lead = winner.places.length - places.length;
      return lead >= 2 && 3 * lead >= winner.places.length;
    })).slice(0, COMPARED - 1);
    if (!winner || !rivals || rivals.length < COMPARED - 1) return undefined;
    const words = [winner, ...rivals];
    return {
      question: `Which of these words stands most often in the text above: ${list(words, random)}?`,
      answer: winner.word,
      evidence: spans(words),
    };
  },
};

const all = Object.keys(ask) as Aggregation[];

/** A word that is mentioned often enough, and all over the text. */
function counted(found: Mention[], { random, least, most, text }: Asking): Mention | undefined {
  const fit = found.filter(({ places }) =>
    places.length >= least && places.length <= most && isSpread(places, text)
  );
  return fit.length === 0 ? undefined : random.pick(fit);
}

/** Whether a part of a text would not do: mentions lie half of it apart. */
function isSpread(places: number[], text: string): boolean {
  return places.at(-1)! - places[0] >= text.length / 2;
}

/** Words whose deciding mentions are far from each other, in the order of these. */
function apart(
  found: Mention[],
  { random, most, text }: Asking,
  place: (one: Mention) => number,
): Mention[] | undefined {
  const chosen: Mention[] = [];
  for (const one of random.shuffle(found.filter(({ places }) => places.length <= most))) {
    if (chosen.length === COMPARED) break;
    if (chosen.every((other) => Math.abs(place(other) - place(one)) >= text.length / 10)) chosen.push(one);
  }
  return chosen.length < COMPARED ? undefined : chosen.sort((a, b) => place(a) - place(b));
}

function paragraphStarts(text: string): number[] {
  const starts = [0];
  for (const { index, 0: gap } of text.matchAll(/\n[^\S\n]*\n\s*/g)) starts.push(index + gap.length);
  return starts.filter((start) => start < text.length);
}
