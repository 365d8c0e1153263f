import { ofKind, oneOf, Random, splitSentences, takes } from "../base/mod.ts";
import type { Document } from "../data/mod.ts";
import type { EvaluationItem } from "./items.ts";

/**
 * How a planted copy differs from its item.
 * - `exact`: not at all.
 * - `edited`: one word in ten is replaced, dropped, or has a strange word put before it.
 * - `reordered`: the sentences stand in another order; a single sentence has its halves swapped.
 * - `partial`: half of the words, in one stretch.
 * - `rephrased`, `translated`: written by a model or a person, given as {@linkcode PlantOptions.written}.
 */
export type PlantKind = "exact" | "edited" | "reordered" | "partial" | "rephrased" | "translated";

/** Every kind that is made without a model, from the easiest to find. */
export const plantKinds: readonly Exclude<PlantKind, "rephrased" | "translated">[] = [
  "exact",
  "edited",
  "reordered",
  "partial",
];

/** Options of {@linkcode plant}. */
export interface PlantOptions {
  /** Which kinds; each item is planted once in each. @default {all four of `plantKinds`} */
  kinds?: readonly (typeof plantKinds)[number][];
  /** Copies that are written already, each planted once beside those. @default {none} */
  written?: readonly WrittenCopy[];
  /** Names the random stream. @default {1} */
  seed?: number | string;
}

/** A copy in other words. */
export interface WrittenCopy {
  /** The item's id. */
  item: string;
  /** What was done to it. */
  kind: "rephrased" | "translated";
  /** The copy. */
  text: string;
}

/** A copy of an item and where it was put. */
export interface Planted {
  /** The id of the document it is in. */
  document: string;
  /** The item's id. */
  item: string;
  /** How it differs. */
  kind: PlantKind;
  /** Where it starts in the document, in UTF-16 code units. */
  start: number;
  /** Where it ends (exclusive). */
  end: number;
}

/** Documents with known contamination. */
export interface Planting {
  /** All hosts in their order, some with a copy in them, the others as they were. */
  documents: Document[];
  /** The copies, one a document. */
  planted: Planted[];
}

/**
 * Put copies of evaluation items into documents, so that a detector's finds can be counted. Each copy stands at a word
 * boundary of a host of its own; hosts that are left over stay clean and show what is called falsely.
 *
 * @param items The items to copy; a question without a word cannot be planted.
 * @param hosts Documents that hold none of the items, at least one a copy.
 * @throws {RangeError} If there are fewer hosts than copies, a kind is unknown, or a question has no word.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { plant } from "midtrain/decontaminate";
 *
 * const item = { id: "q1", question: "Anna has four apples. Ben has two. Who has more?", benchmark: "sums" };
 * const hosts = ["It rained all day.", "It snowed all night."].map((text, i) => ({
 *   id: `h${i}`,
 *   text,
 *   source: "example",
 *   meta: {},
 * }));
 * const { documents, planted: [copy] } = plant([item], hosts, { kinds: ["reordered"] });
 * const host = documents.find(({ id }) => id === copy.document)!;
 * assert.equal(host.text.slice(copy.start, copy.end), "Ben has two. Who has more? Anna has four apples.");
 * ```
 */
export function plant(
  items: readonly EvaluationItem[],
  hosts: readonly Document[],
  options: PlantOptions = {},
): Planting {
  takes("Cannot plant items", options, "kinds?, written?, seed?");
  ofKind("Cannot plant items", { items }, "a list of objects with id, question");
  ofKind("Cannot plant items", { hosts }, "a list of objects with id, text");
  const { kinds = plantKinds, written = [], seed = 1 } = options;
  for (const kind of kinds) oneOf("Cannot plant", { "a kind": kind }, plantKinds);
  ofKind("Cannot plant items", { written }, "a list of objects with item, kind, text");
  for (const { id, question } of items) {
    if (question.trim() === "") {
      throw new RangeError(`Cannot plant as every question must have a word: ${id} has none`);
    }
  }
  const known = new Set(items.map(({ id }) => id));
  for (const { item, kind } of written) {
    oneOf("Cannot plant", { "the kind of a written copy": kind }, ["rephrased", "translated"]);
    if (!known.has(item)) {
      throw new RangeError(`Cannot plant as a written copy must be of one of the items: ${item} is none`);
    }
  }
  const copies = items.length * kinds.length + written.length;
  if (hosts.length < copies) {
    throw new RangeError(
      `Cannot plant as each of the ${copies} copies needs a host of its own: there are ${hosts.length} hosts`,
    );
  }
  const places = new Random(seed).shuffle(hosts.map((_, place) => place));
  const documents = [...hosts];
  const planted: Planted[] = [];
  const put = (item: string, kind: PlantKind, write: (random: Random, host: Document) => string) => {
    const place = places[planted.length];
    const host = hosts[place];
    const random = new Random(`${seed}/${item}/${kind}`);
    const copy = write(random, host);
    const from = random.int(host.text.length + 1);
    const space = host.text.slice(from).search(/\s/);
    const at = space < 0 ? host.text.length : from + space;
    const before = at > 0 ? `${host.text.slice(0, at)}\n` : "";
    const after = at < host.text.length ? `\n${host.text.slice(at).trimStart()}` : "";
    documents[place] = { ...host, text: before + copy + after };
    planted.push({ document: host.id, item, kind, start: before.length, end: before.length + copy.length });
  };
  for (const { id, question } of items) {
    for (const kind of kinds) {
      put(id, kind, (random, host) => change(question, kind, random, words(host.text)));
    }
  }
  for (const { item, kind, text } of written) put(item, kind, () => text);
  return { documents, planted };
}

function change(
  question: string,
  kind: (typeof plantKinds)[number],
  random: Random,
  vocabulary: readonly string[],
): string {
  const own = words(question);
  switch (kind) {
    case "exact":
      return question;
    case "edited": {
      const strange = () => random.pick(vocabulary.length > 0 ? vocabulary : own);
      // Each tenth of the words has its edit, so that every copy is changed and none beyond recognition.
      const edited = own.map((word) => [word]);
      for (let tenth = 0; tenth < own.length; tenth += 10) {
        const at = tenth + random.int(Math.min(10, own.length - tenth));
        edited[at] = random.pick([[], [strange()], [strange(), own[at]]]);
      }
      return edited.flat().join(" ") || strange();
    }
    case "reordered": {
      const sentences = splitSentences(question).map((sentence) => sentence.trim()).filter((sentence) =>
        sentence
      );
      if (sentences.length > 1) return [...sentences.slice(1), sentences[0]].join(" ");
      const half = Math.ceil(own.length / 2);
      return [...own.slice(half), ...own.slice(0, half)].join(" ");
    }
    case "partial": {
      const half = Math.ceil(own.length / 2);
      const from = random.int(own.length - half + 1);
      return own.slice(from, from + half).join(" ");
    }
  }
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word);
}
