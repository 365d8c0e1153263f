import {
  described,
  type Description,
  each,
  hash32,
  inRange,
  mix32,
  must,
  ofKind,
  takes,
  wholeNumber,
} from "../base/mod.ts";
import type { Document, Documents } from "../data/mod.ts";

/** What was drawn: how often each document is taken, and what that comes to. */
export interface Sample {
  /** How often each document is taken, by its id; those that are not taken are absent. */
  copies: ReadonlyMap<string, number>;
  /** Tokens taken, copies counted; never more than the budget. */
  tokens: number;
  /** Tokens of different documents that were taken. */
  uniqueTokens: number;
  /** The account by domain. */
  domains: readonly SampledDomain[];
}

/** What was drawn of one domain. */
export interface SampledDomain {
  /** Its name; `all` where there are no domains. */
  domain: string;
  /** Tokens that were to be taken at most. */
  budgetTokens: number;
  /** Tokens that there are. */
  availableTokens: number;
  /** Tokens taken, copies counted. */
  tokens: number;
  /** Tokens of different documents that were taken. */
  uniqueTokens: number;
  /** Different documents that were taken. */
  documents: number;
  /** The most copies of one document. */
  mostCopies: number;
  /** Why less than the budget was taken, where more than the shortest document is missing; else null. */
  short: string | null;
}

/** A document as {@linkcode sampleByScore} sees it. */
export interface ScoredItem {
  /** The document's id. */
  id: string;
  /** Its score. */
  score: number;
  /** How many tokens it has. */
  tokens: number;
}

/** Options of {@linkcode sampleByScore}. */
export interface SampleByScoreOptions {
  /** Tokens to take at most. */
  budgetTokens: number;
  /** Divides the scores, in their unit: near 0 takes the best, a large one takes all alike. @default {1} */
  temperature?: number | undefined;
  /** Names the draw. @default {1} */
  seed?: number | string | undefined;
}

/**
 * Draw documents without replacement, each next one in proportion to exp(score / temperature), until the budget is full:
 * Gumbel's top-k, as QuRating (standardised scores, temperature 2) and DSIR (log ratios, temperature 1) draw.
 *
 * A document's draw depends on the seed and its id alone: not on the order, nor on what else there is. One that does not fit
 * any more is passed over for the next, so that less than the shortest document left is missing.
 *
 * @param items Scores beside ids; leave those out that are not known.
 * @throws {RangeError} If an option or a number is out of range, or an id stands twice.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sampleByScore } from "midtrain/select";
 *
 * const items = [{ id: "a", score: 9, tokens: 60 }, { id: "b", score: 5, tokens: 50 }, { id: "c", score: 1, tokens: 40 }];
 * const { copies, tokens } = sampleByScore(items, { budgetTokens: 100, temperature: 0.01 });
 * assert.deepEqual([[...copies.keys()], tokens], [["a", "c"], 100]);
 * ```
 */
export function sampleByScore(items: Iterable<ScoredItem>, options: SampleByScoreOptions): Sample {
  const cannot = "Cannot draw documents";
  takes(cannot, options, "budgetTokens, temperature?, seed?");
  const { budgetTokens, temperature = 1, seed = 1 } = options;
  wholeNumber(cannot, { budgetTokens }, ">= 1");
  inRange(cannot, { temperature }, "finite and positive");
  const all = checked(cannot, items, "score");
  for (const { id, score } of all) inRange(cannot, { [`the score of ${id}`]: score }, "finite and >= -1e300");
  // The smallest keys are taken.
  const keyed = all.map(({ id, score, tokens }) => ({
    id,
    tokens,
    key: Math.log(-Math.log(uniform(seed, id))) - score / temperature,
    step: 0,
  }));
  return sampleOf([draw(keyed, { domain: "all", budgetTokens, mostCopies: 1 })]);
}

/** A document as {@linkcode sampleByDomain} sees it. */
export interface DomainItem {
  /** The document's id. */
  id: string;
  /** Its domain. */
  domain: string;
  /** How many tokens it has. */
  tokens: number;
  /** How often it is taken, relative to the others of its domain: 2 has twice the copies of 1, 0 none. @default {1} */
  weight?: number | undefined;
}

/** Options of {@linkcode sampleByDomain}. */
export interface SampleByDomainOptions {
  /** Tokens to take at most of each domain: less than there are downsamples it, more repeats it. */
  budgetTokens: Readonly<Record<string, number>>;
  /** The most copies of a document; beyond about four, copies teach less (arXiv 2305.16264). @default {4} */
  mostCopies?: number | undefined;
  /** Names the draw. @default {1} */
  seed?: number | string | undefined;
}

/**
 * Down- and upsample domains to exact budgets: within a domain each document is taken its weight's share of times, rounded up
 * or down by a draw that depends on the seed and its id alone. Give weights by score to favour the better documents.
 *
 * @throws {RangeError} If a number is out of range, an id stands twice, or a document's domain has no budget.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sampleByDomain } from "midtrain/select";
 *
 * const items = Array.from({ length: 10 }, (_, i) => ({ id: `${i}`, domain: i < 5 ? "math" : "web", tokens: 10 }));
 * const { domains } = sampleByDomain(items, { budgetTokens: { math: 120, web: 20 } });
 * assert.deepEqual(domains.map(({ tokens, documents }) => [tokens, documents]), [[120, 5], [20, 2]]);
 * ```
 */
export function sampleByDomain(items: Iterable<DomainItem>, options: SampleByDomainOptions): Sample {
  const cannot = "Cannot draw documents";
  takes(cannot, options, "budgetTokens, mostCopies?, seed?");
  const { budgetTokens, mostCopies = 4, seed = 1 } = options;
  ofKind(cannot, { budgetTokens }, "an object");
  for (const [domain, tokens] of Object.entries(budgetTokens)) {
    wholeNumber(cannot, { [`budgetTokens of ${domain}`]: tokens }, ">= 0");
  }
  wholeNumber(cannot, { mostCopies }, "in [1, 100]");
  const domains = new Map<string, Keyed[]>(Object.keys(budgetTokens).map((domain) => [domain, []]));
  for (const { id, domain, tokens, weight = 1 } of checked(cannot, items, "domain")) {
    must(cannot, `a domain must be one of ${[...domains.keys()].join(", ")}`, domain, domains.has(domain));
    inRange(cannot, { [`the weight of ${id}`]: weight }, "finite and >= 0");
    if (weight === 0) continue;
    domains.get(domain)!.push({ id, tokens, key: uniform(seed, id) / weight, step: 1 / weight });
  }
  return sampleOf(
    [...domains].map(([domain, keyed]) =>
      draw(keyed, { domain, budgetTokens: budgetTokens[domain], mostCopies })
    ),
  );
}

/**
 * The documents that were drawn, each as often as it was drawn, copies side by side.
 *
 * @throws {RangeError} While iterating: if a drawn document never came.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sampleByDomain, takeSample } from "midtrain/select";
 *
 * const documents = [{ id: "a", text: "Sea.", source: "x", meta: {} }];
 * const sample = sampleByDomain([{ id: "a", domain: "x", tokens: 2 }], { budgetTokens: { x: 4 } });
 * assert.equal((await Array.fromAsync(takeSample(documents, sample))).length, 2);
 * ```
 */
export async function* takeSample(documents: Documents, sample: Sample): AsyncGenerator<Document> {
  const cannot = "Cannot take the drawn documents";
  ofKind(cannot, { sample }, "an object with copies");
  const left = new Map(sample.copies);
  for await (const document of each(cannot, { documents }, "an object with id, text")) {
    const copies = left.get(document.id) ?? 0;
    left.delete(document.id);
    for (let copy = 0; copy < copies; copy++) yield document;
  }
  if (left.size > 0) {
    const [first] = left.keys();
    throw new RangeError(`${cannot} as each must come: ${left.size} did not, such as ${first}`);
  }
}

/** A number in (0, 1) with 52 random bits, by seed and id alone. */
function uniform(seed: number | string, id: string): number {
  const high = mix32(hash32(`${seed}/${id}`));
  const low = mix32(hash32(`${id}/${seed}/low`)) >>> 12;
  return (high * 2 ** 20 + low + 0.5) / 2 ** 52;
}

function checked<Item extends { id: string; tokens: number }>(
  cannot: string,
  items: Iterable<Item>,
  field: string,
): Item[] {
  ofKind(cannot, { items }, "a list or another iterable that is no stream");
  const all = [...items];
  ofKind(cannot, { items: all }, `a list of objects with id, ${field}, tokens`);
  const ids = new Set<string>();
  for (const { id, tokens } of all) {
    wholeNumber(cannot, { [`the tokens of ${id}`]: tokens }, ">= 1");
    must(cannot, "ids must differ", id, !ids.has(id));
    ids.add(id);
  }
  return all;
}

/** A document with the key at which its first copy is taken, and how much later each further one. */
interface Keyed {
  id: string;
  tokens: number;
  key: number;
  step: number;
}

/** Take copies by their keys, the smallest first, as long as they fit. */
function draw(
  keyed: readonly Keyed[],
  { domain, budgetTokens, mostCopies }: { domain: string; budgetTokens: number; mostCopies: number },
): { copies: Map<string, number>; account: SampledDomain } {
  const availableTokens = keyed.reduce((sum, { tokens }) => sum + tokens, 0);
  const shortest = keyed.reduce((least, { tokens }) => Math.min(least, tokens), Infinity);
  // Every copy of every document by its key: copy c of the document at `at` is number c * length + at.
  const keys = Float64Array.from({ length: keyed.length * mostCopies }, (_, number) => {
    const { key, step } = keyed[number % keyed.length];
    const copy = Math.floor(number / keyed.length);
    return copy === 0 ? key : key + copy * step;
  });
  const idOf = (number: number) => keyed[number % keyed.length].id;
  const order = Uint32Array.from(keys.keys()).sort((a, b) =>
    keys[a] - keys[b] || (idOf(a) < idOf(b) ? -1 : Number(idOf(a) > idOf(b)) || a - b)
  );
  const copies = new Map<string, number>();
  let left = budgetTokens;
  let uniqueTokens = 0;
  let most = 0;
  let passed = 0;
  for (const number of order) {
    if (left < shortest) break;
    const { id, tokens } = keyed[number % keyed.length];
    if (tokens > left) {
      passed++;
      continue;
    }
    const copy = (copies.get(id) ?? 0) + 1;
    copies.set(id, copy);
    left -= tokens;
    if (copy === 1) uniqueTokens += tokens;
    most = Math.max(most, copy);
  }
  const account: SampledDomain = {
    domain,
    budgetTokens,
    availableTokens,
    tokens: budgetTokens - left,
    uniqueTokens,
    documents: copies.size,
    mostCopies: most,
    short: left < shortest && keyed.length > 0 || left === 0
      ? null
      : keyed.length === 0
      ? "there is no document"
      : passed > 0
      ? "no document that is left fits"
      : mostCopies === 1
      ? "there is no more"
      : `every document was taken ${mostCopies} times`,
  };
  return { copies, account };
}

function sampleOf(drawn: readonly { copies: Map<string, number>; account: SampledDomain }[]): Sample {
  const domains = drawn.map(({ account }) => account);
  return described({
    copies: new Map(drawn.flatMap(({ copies }) => [...copies])),
    tokens: domains.reduce((sum, { tokens }) => sum + tokens, 0),
    uniqueTokens: domains.reduce((sum, { uniqueTokens }) => sum + uniqueTokens, 0),
    domains,
  }, tellSample);
}

function tellSample({ domains, tokens, uniqueTokens }: Sample): Description {
  return [
    {
      rows: domains.map((
        { domain, budgetTokens, availableTokens, tokens, documents, uniqueTokens, mostCopies, short },
      ) => ({
        domain,
        "budget (tokens)": budgetTokens,
        "there are (tokens)": availableTokens,
        "taken (tokens)": tokens,
        documents,
        "mean copies": uniqueTokens === 0 ? 0 : tokens / uniqueTokens,
        "most copies": mostCopies,
        short: short ?? "",
      })),
    },
    `${tokens} tokens, ${uniqueTokens} of them of different documents`,
  ];
}
