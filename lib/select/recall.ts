import { hash32, inRange, ofKind, quantile, Random, takes } from "../base/mod.ts";
import type { Document, Documents } from "../data/mod.ts";
import type { Rater } from "./rater.ts";
import { type Example, trainRater } from "./train_rater.ts";

/** A site, as recall sees it. */
export interface RecallDomain {
  /** Its name, by `domainOf`. */
  domain: string;
  /** How many of its pages were seen. */
  pages: number;
  /** How many of them the first rater recalled. */
  recalled: number;
  /** Up to five of the recalled pages, to judge the site by. */
  samples: Document[];
  /** Whether it counts as a good site; a site with fewer than `minPages` recalled pages is not judged. */
  kept: boolean;
}

/** Options of {@linkcode trainRecall}. */
export interface RecallOptions {
  /** Pages of the kind that is wanted; each is an example. */
  seeds: readonly Document[];
  /** The share of pages that is recalled, in (0, 1). @default {0.1} */
  share?: number;
  /** A page's site. @default {the host of `meta.url`, else the source} */
  domainOf?: (document: Document) => string;
  /** Sites with fewer recalled pages are not judged. @default {10} */
  minPages?: number;
  /** Whether a site is good, for example by asking a model. @default {more of its pages are recalled than of all pages} */
  keepDomain?: (domain: RecallDomain) => boolean | Promise<boolean>;
  /** The most examples a class. @default {100000} */
  maxExamples?: number;
  /** How often training passes over the examples. @default {3} */
  epochs?: number;
  /** The length of an embedding. @default {32} */
  dimensions?: number;
  /** Names samples and training. @default {1} */
  seed?: number | string;
}

/** What {@linkcode trainRecall} found. */
export interface Recall {
  /** The second round's rater. */
  rater: Rater;
  /** Pages with at least this score are recalled. */
  threshold: number;
  /** The sites, by how many of their pages the first round recalled. */
  domains: RecallDomain[];
  /** How many pages and sites each step left, from first to last. */
  funnel: { step: string; count: number }[];
}

/**
 * Find pages of a kind among many: the recall stage of WebInstruct (arXiv:2405.03548). A text rater is trained on seeds
 * against random pages; sites are judged by the pages that it recalls; a second rater is trained on recalled pages of good
 * sites against pages of the others. Then `rate` the pages and keep those at or above the threshold.
 *
 * Pages are read five times and never held: what stays are their scores, the examples and five samples a site.
 *
 * @param pages Gives the pages anew each time it is called.
 * @throws {RangeError} If an option is out of range, there are no seeds, or there are fewer than two pages.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { trainRecall } from "midtrain/select";
 *
 * const page = (id: string, text: string, site: string) => ({ id, text, source: site, meta: {} });
 * const pages = Array.from({ length: 60 }, (_, i) =>
 *   i % 3 ? page(`${i}`, `cheap pills and shoes, offer ${i}`, "shop") : page(`${i}`, `solve for x: exercise ${i}`, "school"));
 * const seeds = [page("seed", "solve the exercise for y", "seeds")];
 * const { rater, threshold, domains } = await trainRecall(() => pages, { seeds, share: 1 / 3, epochs: 50 });
 * assert.deepEqual(domains.filter(({ kept }) => kept).map(({ domain }) => domain), ["school"]);
 * assert(rater.score("another exercise to solve") >= threshold);
 * ```
 */
export async function trainRecall(
  pages: () => Documents,
  options: RecallOptions,
): Promise<Recall> {
  takes(
    "Cannot recall pages",
    options,
    "seeds, share?, domainOf?, minPages?, keepDomain?, maxExamples?, epochs?, dimensions?, seed?",
  );
  ofKind("Cannot recall pages", { pages }, "a function");
  const {
    seeds,
    share = 0.1,
    domainOf = siteOf,
    minPages = 10,
    maxExamples = 100_000,
    epochs = 3,
    dimensions = 32,
    seed = 1,
  } = options;
  if (seeds.length === 0) throw new RangeError("Cannot recall pages as there are no seeds");
  inRange("Cannot recall pages", { share }, "in (0, 1)");
  const train = (good: string[], bad: string[], round: number) =>
    trainRater([...labelled(good, "good"), ...labelled(bad, "bad")], {
      positive: "good",
      epochs,
      dimensions,
      seed: `${seed}/${round}`,
    });
  const random = (name: string, most = maxExamples) => new Sample(most, new Random(`${seed}/${name}`));

  const negatives = random("negatives", Math.min(maxExamples, Math.max(100, seeds.length)));
  let count = 0;
  for await (const { text } of pages()) {
    negatives.add(text);
    count++;
  }
  if (count < 2) throw new RangeError(`Cannot recall pages as there must be two or more: there are ${count}`);
  const first = train(seeds.slice(0, maxExamples).map(({ text }) => text), negatives.items, 1);

  const scores = new Float64Array(count);
  const sites = new Int32Array(count);
  const domains: RecallDomain[] = [];
  const index = new Map<string, number>();
  let at = 0;
  for await (const document of pages()) {
    const name = domainOf(document);
    const site = index.get(name) ?? index.set(name, domains.length).get(name)!;
    domains[site] ??= { domain: name, pages: 0, recalled: 0, samples: [], kept: false };
    domains[site].pages++;
    sites[at] = site;
    scores[at++] = first.score(document.text);
  }
  const cut = quantile(scores, 1 - share);

  const good = random("good");
  const other = random("other");
  at = 0;
  for await (const document of pages()) {
    const domain = domains[sites[at]];
    if (scores[at++] >= cut) {
      domain.recalled++;
      // The same five whatever the order of sites: by the hash of their ids.
      domain.samples.push(document);
      domain.samples.sort((a, b) => hash32(a.id) - hash32(b.id));
      domain.samples.length = Math.min(domain.samples.length, 5);
    }
  }
  const { keepDomain = ({ recalled, pages }: RecallDomain) => recalled / pages > share } = options;
  for (const domain of domains) {
    domain.kept = domain.recalled >= minPages && await keepDomain(domain);
  }
  at = 0;
  for await (const { text } of pages()) {
    const { kept } = domains[sites[at]];
    const recalled = scores[at++] >= cut;
    if (kept && recalled) good.add(text);
    else if (!kept) other.add(text);
  }
  const kept = domains.filter((domain) => domain.kept);
  const examples = [...seeds.map(({ text }) => text), ...good.items].slice(0, maxExamples);
  const second = train(examples, other.items.length > 0 ? other.items : negatives.items, 2);

  const final = new Float64Array(count);
  at = 0;
  for await (const { text } of pages()) final[at++] = second.score(text);
  const threshold = quantile(final, 1 - share);
  return {
    rater: second,
    threshold,
    domains: domains.toSorted((a, b) => b.recalled - a.recalled || (a.domain < b.domain ? -1 : 1)),
    funnel: [
      { step: "pages", count },
      { step: "recalled in the first round", count: scores.filter((score) => score >= cut).length },
      { step: "sites", count: domains.length },
      { step: "sites kept", count: kept.length },
      { step: "pages of kept sites", count: kept.reduce((sum, { pages }) => sum + pages, 0) },
      { step: "recalled in the second round", count: final.filter((score) => score >= threshold).length },
    ],
  };
}

/** A uniform sample of a stream (reservoir sampling, algorithm R). */
class Sample {
  readonly items: string[] = [];
  #seen = 0;

  constructor(readonly most: number, readonly random: Random) {}

  add(item: string): void {
    const at = this.#seen++ < this.most ? this.items.length : this.random.int(this.#seen);
    if (at < this.most) this.items[at] = item;
  }
}

function labelled(texts: string[], label: string): Example[] {
  return texts.map((text) => ({ text, label }));
}

function siteOf({ source, meta }: Document): string {
  return typeof meta.url === "string" && URL.canParse(meta.url) ? new URL(meta.url).host : source;
}
