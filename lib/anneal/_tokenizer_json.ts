// deno-lint-ignore-file camelcase -- the names of tokenizer.json
import { must } from "../base/mod.ts";

/** The parts of a `tokenizer.json` that turn a text into words, as the format names them. */
export type Part = { type: string } & Record<string, unknown>;

/** A token that is found in the text before anything else. */
export interface AddedToken {
  id: number;
  content: string;
  special?: boolean;
  normalized?: boolean;
  lstrip?: boolean;
  rstrip?: boolean;
  single_word?: boolean;
}

/** Whether a token is found in the text after it was normalized. */
export const isNormalized = (token: AddedToken): boolean => token.normalized ?? !token.special;

/** Merges by rank, in ids. */
export interface MergeList {
  left: Int32Array;
  right: Int32Array;
  made: Int32Array;
  /** The code units that meet: the last of the left half in the high 16 bits, the first of the right one in the low. */
  seam: Uint32Array;
}

/** A `BPE` model whose merges were read. */
export interface BpeModel {
  type: "BPE";
  merges: MergeList;
  unk_token?: string | null;
  fuse_unk?: boolean;
  byte_fallback?: boolean;
  ignore_merges?: boolean;
  continuing_subword_prefix?: string | null;
  end_of_word_suffix?: string | null;
}

/** A `tokenizer.json` that was checked. */
export interface TokenizerJson {
  added_tokens: AddedToken[];
  normalizer: Part | null;
  pre_tokenizer: Part | null;
  post_processor: Part | null;
  decoder: Part | null;
  model: Part & { vocab: Record<string, number> };
}

/** Ids beyond this are no table's. */
const MOST_IDS = 2 ** 24;

/**
 * Check a `tokenizer.json`: what is left out is null, ids are whole numbers, merges make tokens that there are, and no pattern
 * can take forever.
 *
 * @throws {RangeError | SyntaxError} If not; the message names what is wrong.
 */
export function checkTokenizerJson(json: unknown, cannot: string): TokenizerJson {
  const {
    added_tokens: added = [],
    normalizer = null,
    pre_tokenizer = null,
    post_processor = null,
    decoder = null,
    model,
  } = record(json, cannot, "tokenizer.json");
  const { type = "BPE", vocab, dropout = null } = record(model, cannot, "model");
  must(
    cannot,
    "model.type must be one of BPE, which all models that train here have, WordLevel; WordPiece and Unigram are not read",
    type,
    type === "BPE" || type === "WordLevel",
  );
  must(
    cannot,
    "model.dropout must be null, since ids must not be drawn",
    dropout,
    dropout === null || dropout === 0,
  );
  const ids = record(vocab, cannot, "model.vocab") as Record<string, number>;
  for (const token in ids) checkId(cannot, token, ids[token]);
  must(cannot, "added_tokens must be a list", typeof added, Array.isArray(added));
  for (const token of added as unknown[]) {
    const { id, content } = record(token, cannot, "an added token");
    must(
      cannot,
      "the content of an added token must be a text",
      content,
      typeof content === "string" && content !== "",
    );
    checkId(cannot, content as string, id);
    const known = Object.hasOwn(ids, content as string) ? ids[content as string] : id;
    if (known !== id) {
      must(
        cannot,
        `the id of the added token ${JSON.stringify(content)} must be the model's ${known}`,
        id,
        false,
      );
    }
  }
  const addedById = new Map((added as AddedToken[]).map(({ id, content }) => [id, content]));
  for (const token in ids) {
    const other = addedById.get(ids[token]) ?? token;
    if (other !== token) {
      const rule = `the id of the added token ${JSON.stringify(other)} must be its own`;
      must(cannot, rule, `${ids[token]}, the model's ${JSON.stringify(token)}`, false);
    }
  }
  const parts = { normalizer, pre_tokenizer, post_processor, decoder };
  for (const [name, part] of Object.entries(parts)) if (part !== null) record(part, cannot, name);
  return { added_tokens: added, model: { ...model as object, type, vocab: ids }, ...parts } as TokenizerJson;
}

/**
 * What a table has for a part's type.
 *
 * @throws {RangeError} If it has nothing; the message says what it has.
 */
export function kindOf<Kind>(
  kinds: Readonly<Record<string, Kind>>,
  part: Part,
  name: string,
  cannot: string,
): Kind {
  const { type } = (part ?? {}) as Partial<Part>;
  if (type !== undefined && Object.hasOwn(kinds, type)) return kinds[type];
  const rule = `the type of its ${name} must be of a kind that is read here (${
    Object.keys(kinds).join(", ")
  })`;
  throw new RangeError(`${cannot} as ${rule}: current value is ${type}`);
}

function checkId(cannot: string, token: string, id: unknown): void {
  const holds = Number.isSafeInteger(id) && id as number >= 0 && id as number < MOST_IDS;
  if (!holds) {
    must(
      cannot,
      `the id of ${JSON.stringify(token)} must be a whole number from 0 to ${MOST_IDS - 1}`,
      id,
      false,
    );
  }
}

/**
 * A `BPE` model with its merges as ids.
 *
 * @throws {RangeError} If a merge is not of two tokens that make a third; the message names it.
 */
export function checkMerges(model: Part, ids: ReadonlyMap<string, number>, cannot: string): BpeModel {
  const { merges: given, unk_token: unknown = null, continuing_subword_prefix: prefix } = model;
  must(cannot, "model.merges must be a list", typeof given, Array.isArray(given));
  must(
    cannot,
    "model.unk_token must be in its vocabulary",
    unknown,
    unknown === null || ids.has(unknown as string),
  );
  const list = given as unknown[];
  const merges: MergeList = {
    left: new Int32Array(list.length),
    right: new Int32Array(list.length),
    made: new Int32Array(list.length),
    seam: new Uint32Array(list.length),
  };
  // The second half leaves the mark that it begins no word.
  const mark = typeof prefix === "string" ? prefix.length : 0;
  for (const [i, merge] of list.entries()) {
    const [left = "", right = ""] = halvesOf(merge);
    const leftId = left === "" || right === "" ? undefined : ids.get(left);
    const rightId = ids.get(right);
    const made = ids.get(left + (mark === 0 ? right : right.slice(mark)));
    if (leftId === undefined || rightId === undefined || made === undefined) {
      must(cannot, `merge ${i} must be of two tokens and make a third`, JSON.stringify(merge), false);
    }
    merges.left[i] = leftId!;
    merges.right[i] = rightId!;
    merges.made[i] = made!;
    merges.seam[i] = left.charCodeAt(left.length - 1) << 16 | right.charCodeAt(0);
  }
  return { ...model, merges } as unknown as BpeModel;
}

/** The two halves of a merge, which is `["a", "b"]` or `"a b"`; what is neither has none. */
function halvesOf(merge: unknown): readonly [string?, string?] {
  if (typeof merge === "string") {
    const space = merge.indexOf(" ");
    return space < 0 || merge.indexOf(" ", space + 1) >= 0
      ? []
      : [merge.slice(0, space), merge.slice(space + 1)];
  }
  const halves = Array.isArray(merge) && merge.length === 2 &&
    merge.every((half) => typeof half === "string");
  return halves ? merge as unknown as [string, string] : [];
}

function record(value: unknown, cannot: string, name: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new SyntaxError(`${cannot} as ${name} must be an object: it is not`);
}
