import { each, inRange, type LengthTokenizer, ofKind, takes, tokensIn, wholeNumber } from "../../base/mod.ts";
import type { Document, Documents, OnDrop } from "../../data/mod.ts";
import { madeDocument } from "../_made.ts";
import { segments } from "../segments.ts";
import { byEmbedding, byWords, type Neighbours } from "./_similarity.ts";

/** Options of {@linkcode composeRelated}. */
export interface ComposeRelatedOptions {
  /** Counts tokens; the ids are not used. */
  tokenizer: LengthTokenizer;
  /** The length of a text in tokens. */
  tokens: number;
  /** The largest share of `tokens` by which a text is shorter; none is longer. @default {0.1} */
  tolerance?: number;
  /** How many of its likest others a document is bound to. @default {10} */
  neighbours?: number;
  /**
   * One unit vector a text, for example `embed` of an open model: the documents' likeness is that of their vectors. All pairs are compared.
   * @default {the words that two documents share, rare ones counting more}
   */
  embed?: (texts: readonly string[]) => Promise<readonly Float32Array[]>;
  /** Whether a document that is longer than `tokens` is cut, at paragraphs or else sentences, into documents of its parts. @default {false} */
  cut?: boolean;
  /** Called with every document that is in no text, and why. */
  onDrop?: OnDrop;
}

/**
 * Long texts composed of related documents (in-context pretraining, arXiv:2310.10638): documents are bound to their likest
 * others, and each text is a path from document to document, begun where fewest are bound, on to the likest that is in no
 * text yet. Where that one does not fit, the next one is tried, and where the last document has none left, those of the
 * documents before it.
 *
 * Every document stands in one text at most, whole, its parts parted by an empty line. A text has at most `tokens` tokens and at least `1 - tolerance` of
 * them, or is none: what finds no company goes to `onDrop` as `no related documents fill the length`, what is longer than a text as `longer than
 * a text`, what is there a second time as `text stands twice` or `document id stands twice`. Take near-duplicates out before (`removeNearDuplicates` of `midtrain/select`): they are each
 * other's likest. All documents are held in memory. `meta` holds `parts`, each with a document's `id`, its span in the text in UTF-16 code units, and
 * how like it is to the one it was bound to (`similarity`, 0 for the first), and `tokens`.
 *
 * The paper takes ten neighbours by a dense retriever, and cuts the path into contexts of equal length wherever a document then
 * ends; here a document is whole.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { composeRelated } from "midtrain/synthesize";
 *
 * const texts = ["whale harpoon mast", "harpoon whale oil", "tax budget senate", "budget tax vote"];
 * const pages = texts.map((text, id) => ({ id: `${id}`, text, source: "web", meta: {} }));
 * const tokenizer = { name: "words", encode: (text: string) => (text.match(/\S+/g) ?? []).map((_, i) => i) };
 * const composed = await composeRelated(pages, { tokenizer, tokens: 6 });
 * assert.deepEqual(composed.map(({ lineage }) => lineage?.parents), [["0", "1"], ["2", "3"]]);
 * ```
 */
export async function composeRelated(
  documents: Documents,
  options: ComposeRelatedOptions,
): Promise<Document[]> {
  const cannot = "Cannot compose related documents";
  takes(cannot, options, "tokenizer, tokens, tolerance?, neighbours?, embed?, cut?, onDrop?");
  ofKind(cannot, { documents }, "a list or another iterable");
  const { tokenizer, tokens, tolerance = 0.1, neighbours = 10, embed, cut = false, onDrop } = options;
  ofKind(cannot, { tokenizer }, "an object with name, encode");
  wholeNumber(cannot, { tokens, neighbours }, ">= 1");
  inRange(cannot, { tolerance }, "in [0, 1)");
  if (embed !== undefined) ofKind(cannot, { embed }, "a function");
  const drop = (document: Document, reason: string) =>
    onDrop?.({
      id: document.id,
      source: document.source,
      stage: id,
      reason,
      excerpt: document.text.slice(0, 200),
    });
  const pieces = await piecesOf(documents, { cannot, tokenizer, tokens, cut, drop });
  const texts = pieces.map(({ text }) => text);
  const bound = embed ? await byEmbedding(texts, { count: neighbours, embed }) : byWords(texts, neighbours);
  const composed = new Paths(pieces, undirected(bound), {
    tokens,
    least: (1 - tolerance) * tokens,
    tokenizer,
  });
  const made = [...composed].map(({ parts, text, tokens: length }) =>
    madeDocument({
      by: id,
      position: `${tokenizer.name}/${tokens}/${parts.map(({ piece }) => pieces[piece].name).join(",")}`,
      text,
      parents: [...new Set(parts.map(({ piece }) => pieces[piece].document.id))],
      settings: {
        tokens,
        tolerance,
        neighbours,
        likeness: embed ? "embedding" : "words",
        tokenizer: tokenizer.name,
      },
      meta: {
        parts: parts.map(({ piece, span, similarity }) => ({
          id: pieces[piece].document.id,
          span,
          similarity,
        })),
        tokens: length,
      },
    })
  );
  for (const at of composed.left) drop(pieces[at].document, "no related documents fill the length");
  return made;
}

const id = "long/related@1";
const glue = "\n\n";

/** A document, or a part of one. */
interface Piece {
  document: Document;
  /** Its document's id, with its place where that was cut. */
  name: string;
  text: string;
  /** Its tokens with an empty line before it. */
  tokens: number;
}

interface Reading {
  cannot: string;
  tokenizer: LengthTokenizer;
  tokens: number;
  cut: boolean;
  drop: (document: Document, reason: string) => void;
}

async function piecesOf(documents: Documents, reading: Reading): Promise<Piece[]> {
  const { cannot, tokenizer, tokens, cut, drop } = reading;
  const pieces: Piece[] = [];
  const ids = new Set<string>();
  const seen = new Set<string>();
  for await (const document of each(cannot, { documents }, "an object with id, text")) {
    const text = document.text.trim();
    if (ids.has(document.id)) drop(document, "document id stands twice");
    else if (text === "") drop(document, "no text");
    else if (seen.has(text)) drop(document, "text stands twice");
    else {
      ids.add(document.id);
      seen.add(text);
      const size = lengthOf(text, tokenizer);
      if (size <= tokens) pieces.push({ document, name: document.id, text, tokens: size });
      else if (!cut) drop(document, "longer than a text");
      else {
        cutTo(text, tokens, tokenizer).forEach((part, at) =>
          pieces.push({
            document,
            name: `${document.id}#${at}`,
            text: part,
            tokens: lengthOf(part, tokenizer),
          })
        );
      }
    }
  }
  return pieces;
}

function lengthOf(text: string, tokenizer: LengthTokenizer): number {
  return tokensIn(`${glue}${text}`, tokenizer);
}

/** Parts that fit, of a text that does not: `segments` counts bytes, so that its limit is lowered until all do. */
function cutTo(text: string, tokens: number, tokenizer: LengthTokenizer): string[] {
  for (let limit = tokens; limit >= 1; limit = Math.floor(limit / 1.5)) {
    const parts = segments(text, { maxTokens: limit });
    if (parts.every((part) => lengthOf(part, tokenizer) <= tokens)) return parts;
  }
  return [];
}

/** Two are bound where either has the other among its likest. */
function undirected(bound: Neighbours[]): Neighbours[] {
  const both = bound.map((list) => new Map(list.map(({ other, similarity }) => [other, similarity])));
  bound.forEach((list, at) => list.forEach(({ other, similarity }) => both[other].set(at, similarity)));
  return both.map((all) =>
    Array.from(all, ([other, similarity]) => ({ other, similarity }))
      .sort((a, b) => b.similarity - a.similarity || a.other - b.other)
  );
}

interface Part {
  piece: number;
  span: [number, number];
  similarity: number;
}

/** Paths over the graph until nothing is left to begin at. */
class Paths {
  readonly #pieces: Piece[];
  readonly #bound: Neighbours[];
  readonly #limits: { tokens: number; least: number; tokenizer: LengthTokenizer };
  readonly #free: Set<number>;
  constructor(
    pieces: Piece[],
    bound: Neighbours[],
    limits: { tokens: number; least: number; tokenizer: LengthTokenizer },
  ) {
    this.#pieces = pieces;
    this.#bound = bound;
    this.#limits = limits;
    this.#free = new Set(pieces.keys());
  }

  /** What is in no text. */
  get left(): number[] {
    return [...this.#free].sort((a, b) => a - b);
  }

  *[Symbol.iterator](): Generator<{ parts: Part[]; text: string; tokens: number }> {
    // Few bonds are spent first: later there would be none.
    const order = [...this.#pieces.keys()].sort((a, b) =>
      this.#bound[a].length - this.#bound[b].length || a - b
    );
    for (const start of order) {
      if (!this.#free.has(start)) continue;
      const path = this.#path(start);
      const composed = this.#text(path);
      if (composed) {
        yield composed;
        continue;
      }
      // Each of them may find other company.
      for (const { piece } of path) this.#free.add(piece);
    }
  }

  #path(start: number): { piece: number; similarity: number }[] {
    const path = [{ piece: start, similarity: 0 }];
    this.#free.delete(start);
    let size = this.#pieces[start].tokens;
    for (let from = 0; from < path.length;) {
      // From the last document; where it has none left, from the ones before it.
      const fits = this.#bound[path[path.length - 1 - from].piece].find(({ other }) =>
        this.#free.has(other) && size + this.#pieces[other].tokens <= this.#limits.tokens
      );
      if (!fits) {
        from++;
        continue;
      }
      path.push({ piece: fits.other, similarity: fits.similarity });
      this.#free.delete(fits.other);
      size += this.#pieces[fits.other].tokens;
      from = 0;
    }
    return path;
  }

  /** The text of a path, where it has the length. */
  #text(path: { piece: number; similarity: number }[]) {
    let text = "";
    const parts = path.map(({ piece, similarity }): Part => {
      const start = text === "" ? 0 : text.length + glue.length;
      text += `${start === 0 ? "" : glue}${this.#pieces[piece].text}`;
      return { piece, span: [start, text.length], similarity };
    });
    // Tokens of parts do not always add up to those of the whole.
    const { tokens, least, tokenizer } = this.#limits;
    const length = tokensIn(text, tokenizer);
    return length <= tokens && length >= least ? { parts, text, tokens: length } : undefined;
  }
}
