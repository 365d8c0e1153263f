import { inRange, takes, wholeNumber } from "../../base/mod.ts";
import { isYesOrNo } from "../long/_evidence.ts";
import { sameLanguage } from "../_languages.ts";
import { inventedFigures } from "../_numbers.ts";
import { objectOf } from "../_object_of.ts";
import { partPrompts } from "../_parts.ts";
import { lostAnswer, speaksOfText, textFault } from "../_text_fault.ts";
import { newNames, wordKey, wordsOf } from "../checks.ts";
import type { Accepted, Answer, Method, Rejected } from "../method.ts";
import {
  nearlySame,
  type Sentence,
  sentencesOf,
  sharesOf,
  supportedShare,
  tellingWords,
} from "./_support.ts";

/** Options of {@linkcode flashcards}. */
export interface FlashcardsOptions {
  /** The most cards asked of one part. @default {6} */
  maxCards?: number;
  /** The most tokens of a page that one prompt holds; with `Infinity` it holds the page. @default {400} */
  maxPartTokens?: number;
  /** Parts with fewer words are left out. @default {30} */
  minWords?: number;
  /** The most words of a back. @default {25} */
  maxBackWords?: number;
  /** Sampling temperature. @default {0.5} */
  temperature?: number;
}

/**
 * Flashcards out of a page: a front that asks, or names what is to be told, and a back that the page has. A kind of text that mid-training
 * mixes of 2025 hold; the form and the checks are ours.
 *
 * Each card becomes a text of its own, `Front: …` and `Back: …`; `meta` holds them as `question` and `answer`, and `evidence`: where the sentence of the page stands that has the back,
 * in UTF-16 code units. Rejected are
 * - backs of which no sentence, nor two in a row, has three quarters of the telling words (`back not in the page`), or only one with nothing of the front in or beside it
 *   (`back of something else`); numbers and names that the page does not have;
 * - cards that are an earlier one but for a word or two (`card stands twice`), or whose front has another card's back, or another's front their back (`answers another card`);
 * - backs that stand in their front, are yes or no, or too long; fronts of something else than the page, or that speak of it.
 *
 * A part in which the model finds nothing to learn counts as `no cards`.
 *
 * The embedded model of 135M parameters puts one sentence of the page on both sides: none of its cards passed.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { flashcards, Random } from "midtrain/synthesize";
 *
 * const page = { id: "1", text: "The Pequod sailed from Nantucket on Christmas Day.", source: "sea", meta: {} };
 * const method = flashcards({ minWords: 3 }), [prompt] = method.build(page, new Random(1));
 * const cards = [
 *   { front: "From where did the Pequod sail?", back: "Nantucket" },
 *   { front: "What left Nantucket at Christmas?", back: "the Pequod" },
 * ];
 * const [first, second] = await method.read([{ prompt, text: "", value: { cards } }], page);
 * assert.equal("text" in first && first.text, "Front: From where did the Pequod sail?\nBack: Nantucket");
 * assert.equal("rejected" in second && second.rejected, "answers another card");
 * ```
 */
export function flashcards(options: FlashcardsOptions = {}): Method {
  const cannot = "Cannot write flashcards";
  takes(cannot, options, "maxCards?, maxPartTokens?, minWords?, maxBackWords?, temperature?");
  const { maxCards = 6, maxPartTokens = 400, minWords = 30, maxBackWords = 25, temperature = 0.5 } = options;
  wholeNumber(cannot, { maxCards, maxBackWords }, ">= 1");
  inRange(cannot, { temperature }, ">= 0");
  const text = { type: "string", minLength: 1 };
  const card = objectOf({ front: text, back: text });
  const schema = objectOf({ cards: { type: "array", items: card, maxItems: maxCards } });
  return {
    id: "knowledge/flashcards@1",
    settings: { maxBackWords },
    kind: "extract",
    build: ({ text }) =>
      partPrompts(text, {
        maxPartTokens,
        minWords,
        temperature,
        label: "Page",
        instruction:
          `Write at most ${maxCards} flashcards to learn by heart what the page below says. The front asks one thing, or names a term; the back tells it in at most ${maxBackWords} words, in those of the page. Let each card be understood by itself, without speaking of the page, and let none give away the back of another. If there is nothing to learn, write none. Answer with a JSON object with "cards", a list of objects with "front" and "back".`,
        maxTokens: () => 40 + maxCards * (50 + 3 * maxBackWords),
      }).map((prompt) => ({ ...prompt, schema })),
    read(answers) {
      const deck: Card[] = [];
      return answers.flatMap((answer, at) => readPart(answer, { at, deck, maxBackWords }));
    },
  };
}

interface Card {
  front: string;
  back: string;
}

interface Reading {
  at: number;
  /** The page's cards so far. */
  deck: Card[];
  maxBackWords: number;
}

function readPart(answer: Answer, { at, deck, maxBackWords }: Reading): (Accepted | Rejected)[] {
  if (answer.fault) return [lostAnswer(answer)!];
  const { cards } = answer.value as { cards: Card[] };
  if (cards.length === 0) return [{ rejected: "no cards", sample: answer.text }];
  const { part = "", span } = answer.prompt;
  const [from] = span!;
  const sentences = sentencesOf(part);
  return cards.map(({ front: asked, back: told }): Accepted | Rejected => {
    const [front, back] = [asked.trim(), told.trim()];
    const text = `Front: ${front}\nBack: ${back}`;
    const found = cardFault({ front, back }, { part, deck, maxBackWords }) ??
      placeOf({ front, back }, sentences);
    if (typeof found === "string") return { rejected: found, sample: text };
    deck.push({ front, back });
    const evidence = found.span.map((place) => from + place);
    return { text, meta: { question: front, answer: back, evidence, parts: [span!] }, answer: at };
  });
}

function cardFault(
  { front, back }: Card,
  { part, deck, maxBackWords }: { part: string; deck: readonly Card[]; maxBackWords: number },
): string | undefined {
  const fault = textFault(front, part) ?? textFault(back, part);
  if (fault) return fault;
  const [asked, told] = [wordKey(front), wordKey(back)];
  if (asked.trim() === "" || told.trim() === "") return "empty side";
  if (wordsOf(back).length > maxBackWords) return "back too long";
  if (isYesOrNo(back)) return "yes or no";
  if (speaksOfText(`${front}\n${back}`, part)) return "speaks of the text";
  if (!sameLanguage(`${front} ${back}`, part)) return "another language";
  if (asked.includes(told)) return "back in the front";
  const both = `${front}\n${back}`;
  if (inventedFigures(both, part).length > 0) return "invented numbers";
  if (newNames(both, part).length > 0) return "invented names";
  if (supportedShare(tellingWords(front), tellingWords(part)) < 0.5) return "front of something else";
  if (deck.some((card) => nearlySame(card.front, front))) return "card stands twice";
  return deck.some((card) => asked.includes(wordKey(card.back)) || wordKey(card.front).includes(told))
    ? "answers another card"
    : undefined;
}

/** The sentence that has most of a card's back, with something of its front in or beside it. */
function placeOf({ front, back }: Card, sentences: readonly Sentence[]): Sentence | string {
  const asked = tellingWords(front);
  const shares = sharesOf(back, sentences);
  const places = [...sentences.keys()].filter((at) => shares[at] >= 0.75).sort((a, b) =>
    shares[b] - shares[a]
  );
  if (places.length === 0) return "back not in the page";
  const near = (at: number) => sentences.slice(Math.max(0, at - 1), at + 2).flatMap(({ words }) => words);
  const place = places.find((at) => asked.length === 0 || supportedShare(asked, near(at)) > 0);
  return place === undefined ? "back of something else" : sentences[place];
}
