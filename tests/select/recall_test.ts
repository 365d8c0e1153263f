import assert from "node:assert/strict";
import { Random } from "../../lib/base/mod.ts";
import type { Document } from "../../lib/data/mod.ts";
import { trainRecall } from "../../lib/select/mod.ts";

const lesson = "solve exercise equation answer student question proof triangle sum chapter learn step".split(
  " ",
);
const shop = "cheap offer price shoes click basket discount sale brand order delivery deal".split(" ");
const common = "the a of and in to is for with on that it".split(" ");

/** A web of 40 sites: lessons stand mostly on schools, and a few on shops, where they are rare. */
function web(): { pages: Document[]; wanted: Set<string> } {
  const random = new Random("web");
  const pages: Document[] = [];
  const wanted = new Set<string>();
  const write = (words: string[]) =>
    Array.from({ length: 60 }, () => random.pick(random.next() < 0.4 ? words : common)).join(" ");
  for (let site = 0; site < 40; site++) {
    const school = site < 8;
    for (let n = 0; n < 50; n++) {
      const good = random.next() < (school ? 0.9 : 0.02);
      const id = `${site}/${n}`;
      if (good) wanted.add(id);
      const url = `https://site-${site}.example/${n}`;
      pages.push({ id, text: write(good ? lesson : shop), source: "web", meta: { url } });
    }
  }
  return { pages, wanted };
}

const seeds = Array.from({ length: 20 }, (_, at) => ({
  id: `seed-${at}`,
  text: `the student must solve exercise ${at} with an equation and learn each step of the proof`,
  source: "seeds",
  meta: {},
}));

Deno.test("trainRecall() finds the pages of a kind, and the sites that hold them, from few seeds", async () => {
  const { pages, wanted } = web();
  const { rater, threshold, domains, funnel } = await trainRecall(() => pages, {
    seeds,
    share: 0.2,
    epochs: 20,
  });
  assert.deepEqual(
    domains.filter(({ kept }) => kept).map(({ domain }) => domain).sort(),
    Array.from({ length: 8 }, (_, site) => `site-${site}.example`),
  );
  const recalled = pages.filter(({ text }) => rater.score(text) >= threshold);
  const right = recalled.filter(({ id }) => wanted.has(id)).length;
  assert(right / wanted.size > 0.95, `${right} of ${wanted.size} wanted pages`);
  assert.deepEqual(funnel.map(({ step }) => step), [
    "pages",
    "recalled in the first round",
    "sites",
    "sites kept",
    "pages of kept sites",
    "recalled in the second round",
  ]);
  assert.deepEqual([funnel[0].count, funnel[2].count, funnel[3].count, funnel[4].count], [
    2000,
    40,
    8,
    400,
  ]);
  assert(domains.every(({ samples, recalled }) => samples.length === Math.min(5, recalled)));
});

Deno.test("trainRecall() gives the same rater for the same seed, and hears another judge of sites", async () => {
  const { pages } = web();
  const options = { seeds, share: 0.2 };
  const [one, two] = [await trainRecall(() => pages, options), await trainRecall(() => pages, options)];
  assert.equal(one.threshold, two.threshold);
  assert.deepEqual(one.rater.weights.input, two.rater.weights.input);
  const judged: string[] = [];
  const none = await trainRecall(() => pages, {
    ...options,
    keepDomain: ({ domain, samples }) => {
      judged.push(domain);
      assert(samples.length > 0);
      return Promise.resolve(false);
    },
  });
  assert(judged.length >= 8 && none.domains.every(({ kept }) => !kept));
});

Deno.test("trainRecall() checks its seeds, pages and share", async () => {
  const { pages } = web();
  await assert.rejects(trainRecall(() => pages, { seeds: [] }), /there are no seeds$/);
  await assert.rejects(trainRecall(() => [], { seeds }), /must be two or more: there are 0$/);
  await assert.rejects(
    trainRecall(() => pages, { seeds, share: 1 }),
    /share must be in \(0, 1\): current value is 1$/,
  );
});
