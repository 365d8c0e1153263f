import { htmlToText } from "../../collect/mod.ts";
import type { Document } from "../../data/mod.ts";
import { c4, fineweb, gopherQuality, gopherRepetition, splitById, trainRater } from "../../select/mod.ts";
import { articleExtraction, spamAssassin } from "../../sets/mod.ts";
import { askPeer, MissingPeer } from "../_peer.ts";
import { benchArchives } from "./archives.ts";
import { type BenchOptions, type BenchRow, cpuSeconds } from "./_row.ts";
import { benchWikitext } from "./wikitext.ts";

/**
 * Pages extracted, documents judged and words rated in a second, on real mails and, with the data mirror, on the 181 pages
 * of article-extraction-benchmark. With `peers`, Trafilatura reads the same pages, warcio and FastWARC the same archive, the
 * `fasttext` program trains on the same words, and mwparserfromhell reads the same wikitext.
 */
export async function benchText(options: BenchOptions): Promise<BenchRow[]> {
  const mails = await Array.fromAsync(spamAssassin.read());
  return [
    ...await extraction(options),
    ...await benchArchives(await pagesOr(mails), options),
    ...await benchWikitext(mails.slice(0, 1000).map(({ text }) => text), options),
    ...rules(mails, options),
    ...await benchRater(mails, options),
  ];
}

/** The news pages, else mails. */
async function pagesOr(mails: readonly Document[]): Promise<string[]> {
  if (!await articleExtraction.available()) return mails.slice(0, 2000).map(({ text }) => text);
  return await Array.fromAsync(articleExtraction.read(), ({ html }) => html);
}

/** Repeat work for about `seconds`; how many units a second went by, and the CPU they took. */
async function rate(seconds: number, work: () => number | Promise<number>): Promise<[number, number]> {
  const cpu = cpuSeconds();
  const start = performance.now();
  let units = 0;
  let elapsed = 0;
  do {
    units += await work();
    elapsed = (performance.now() - start) / 1000;
  } while (elapsed < seconds);
  return [units / elapsed, cpuSeconds() - cpu];
}

async function extraction({ seconds, peers }: BenchOptions): Promise<BenchRow[]> {
  if (!await articleExtraction.available()) return [];
  const pages = await Array.fromAsync(articleExtraction.read(), ({ html }) => html);
  const rows: BenchRow[] = [];
  for (const keep of ["article", "all"] as const) {
    const [value, cpu] = await rate(seconds, async () => {
      for (const page of pages) await htmlToText(page, { keep });
      return pages.length;
    });
    rows.push({
      name: `extraction, ${keep}`,
      value,
      unit: "pages/s",
      cpuSeconds: cpu,
      note: `${pages.length} news pages, ${mega(pages)} MB`,
    });
  }
  if (peers) rows.push(...await trafilatura(pages, seconds));
  return rows;
}

/** The same pages by Trafilatura; no row where it is not installed. */
async function trafilatura(pages: readonly string[], seconds: number): Promise<BenchRow[]> {
  try {
    const { count, cpuSeconds: cpu } = await askPeer<{ count: number; cpuSeconds: number }>(
      "extraction_trafilatura.py",
      { pages, seconds },
    );
    const note = `${pages.length} news pages, ${mega(pages)} MB; pages by CPU-second`;
    return [{
      name: "extraction, article",
      peer: "trafilatura",
      value: count / cpu,
      unit: "pages/s",
      cpuSeconds: cpu,
      note,
    }];
  } catch (error) {
    if (error instanceof MissingPeer) return [];
    throw error;
  }
}

function rules(mails: readonly Document[], { seconds }: BenchOptions): BenchRow[] {
  const rows: BenchRow[] = [];
  const texts = mails.map(({ text }) => text);
  for (const { name, judge } of [gopherQuality(), gopherRepetition(), c4(), fineweb()]) {
    const cpu = cpuSeconds();
    const start = performance.now();
    let documents = 0;
    for (; performance.now() - start < seconds * 1000; documents++) judge(texts[documents % texts.length]);
    rows.push({
      name: `rules, ${name}`,
      value: documents / (performance.now() - start) * 1000,
      unit: "documents/s",
      cpuSeconds: cpuSeconds() - cpu,
      note: `${texts.length} mails, ${mega(texts)} MB`,
    });
  }
  return rows;
}

async function benchRater(mails: readonly Document[], { seconds, peers }: BenchOptions): Promise<BenchRow[]> {
  const { train, heldOut } = splitById(mails);
  const examples = train.map(({ text, meta }) => ({ text, label: meta.label as string }));
  const words = examples.reduce((sum, { text }) => sum + text.split(/\s+/).length, 0);
  const cpu = cpuSeconds();
  const start = performance.now();
  const rater = trainRater(examples, { positive: "ham" });
  const note = `${examples.length} mails, 5 passes, 32 dimensions, word pairs`;
  const rows: BenchRow[] = [{
    name: "rater, training",
    value: 5 * words / (performance.now() - start) * 1000,
    unit: "words/s",
    cpuSeconds: cpuSeconds() - cpu,
    note,
  }];
  const [value, rated] = await rate(seconds, () => {
    let count = 0;
    for (const { text } of heldOut) {
      rater.score(text);
      count += text.split(/\s+/).length;
    }
    return count;
  });
  rows.push({ name: "rater, scoring", value, unit: "words/s", cpuSeconds: rated });
  if (peers) rows.push(...await fasttext(examples, words, note));
  return rows;
}

/** The same training by the `fasttext` program on one thread; no row where it is not installed. */
async function fasttext(
  examples: readonly { text: string; label: string }[],
  words: number,
  note: string,
): Promise<BenchRow[]> {
  const folder = await Deno.makeTempDir();
  const input = `${folder}/train.txt`;
  try {
    const lines = examples.map(({ text, label }) => `__label__${label} ${text.replace(/\s+/g, " ")}\n`);
    await Deno.writeTextFile(input, lines.join(""));
    const options = "-lr 0.5 -epoch 5 -dim 32 -wordNgrams 2 -bucket 2000000 -thread 1".split(" ");
    const start = performance.now();
    const { success } = await new Deno.Command("fasttext", {
      args: ["supervised", "-input", input, "-output", `${folder}/model`, ...options],
      stdout: "null",
      stderr: "null",
    }).output();
    const value = 5 * words / (performance.now() - start) * 1000;
    return success
      ? [{
        name: "rater, training",
        peer: "fasttext",
        value,
        unit: "words/s",
        note: `${note}; with start and save`,
      }]
      : [];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function mega(texts: readonly string[]): string {
  return (texts.reduce((sum, { length }) => sum + length, 0) / 1e6).toFixed(1);
}
