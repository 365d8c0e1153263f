/**
 * The main text of pages beside what people marked: by cross-validation over sites, so that no page is judged by weights that
 * were fitted to its site, and beside Trafilatura where it is installed.
 * @module
 */
import { Random } from "../../base/mod.ts";
import { articleExtraction, magicHtml } from "../../sets/mod.ts";
import { askPeer, MissingPeer } from "../_peer.ts";
import { fit, judge, type KnownPage, prepare, type Prepared, type Weights } from "./_extraction_fit.ts";
import { match, type Matching, score, words, wordsAndCharacters } from "./_shingles.ts";
import { part } from "./_part.ts";
import { claim, skipped } from "./_row.ts";

const LEAST = { news: 0.962, article: 0.9, forum: 0.75 };
const FOLDS = 5;
/** One division of so few sites is worth up to 0.02 more or less than another. */
const DIVISIONS = 4;

export default part({
  help:
    `the main text of pages beside what people marked, by cross-validation over sites, and beside trafilatura (pip)
--seed N        how the sites are divided, four times over; default 1
--refit         write lib/collect/_html/main/weights.ts, fitted to all of them`,
  flags: { seed: { min: 0, whole: true }, refit: "switch" },
  async *verify({ seed = 1, refit }, _names, say) {
    if (!await articleExtraction.available()) {
      yield skipped("news", "deno task setup article-extraction reads them");
      return;
    }
    const known = await Array.fromAsync(newsPages());
    const others = await magicHtml.available();
    if (others) known.push(...await Array.fromAsync(otherPages()));
    else yield skipped("article and forum pages", "magic-html is not on this machine");
    const pages = known.map(prepare);
    const ours = Array.from({ length: DIVISIONS }, (_, k) => crossValidate(pages, seed + k)).flat();
    const theirs = await trafilatura(pages);
    for (const set of ["news", "article", "forum"] as const) {
      const of = <T>(values: readonly T[]) => values.filter((_, at) => pages[at % pages.length].set === set);
      if (of(pages).length === 0) continue;
      const said = (found: readonly Matching[]) => {
        const { precision, recall, f1 } = score(found);
        return `${f1.toFixed(4)} (${precision.toFixed(3)}, ${recall.toFixed(3)})`;
      };
      yield claim(
        `${set}, F1 (precision, recall) of ${of(pages).length} pages`,
        "marked by people; theirs: trafilatura",
        {
          theirs: theirs ? said(of(theirs)) : "not installed",
          ours: said(of(ours)),
          allowed: `at least ${LEAST[set]}`,
          holds: score(of(ours)).f1 >= LEAST[set],
        },
      );
    }
    if (!refit) return;
    if (!others) {
      throw new Error("Cannot refit as magic-html is not on this machine: the weights need all three sets");
    }
    await writeWeights(fit(pages), say);
  },
});

/** What each page gives by weights that were fitted to other sites. */
function crossValidate(pages: readonly Prepared[], seed: number): Matching[] {
  const sites = new Random(seed).shuffle([...new Set(pages.map(({ site }) => site))]);
  const foldOf = new Map(sites.map((site, k) => [site, k % FOLDS]));
  const found: Matching[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const weights = fit(pages.filter(({ site }) => foldOf.get(site) !== fold));
    pages.forEach((page, at) => {
      if (foldOf.get(page.site) === fold) found[at] = judge(page, weights);
    });
  }
  return found;
}

async function trafilatura(pages: readonly Prepared[]): Promise<Matching[] | undefined> {
  try {
    const { texts } = await askPeer<{ texts: string[] }>("extraction_trafilatura.py", {
      pages: pages.map(({ html }) => html),
      seconds: 0,
    });
    return pages.map(({ truth, set }, at) =>
      match(truth, texts[at], set === "news" ? words : wordsAndCharacters)
    );
  } catch (error) {
    if (error instanceof MissingPeer) return undefined;
    throw error;
  }
}

async function* newsPages(): AsyncGenerator<KnownPage> {
  for await (const { html, article, url } of articleExtraction.read()) {
    yield { set: "news", site: siteOf(url), html, truth: article };
  }
}

async function* otherPages(): AsyncGenerator<KnownPage> {
  for await (const { kind, url, html, text } of magicHtml.read()) {
    // Some pages are marked to have no text.
    if (text.trim() === "") continue;
    yield { set: kind, site: siteOf(url), html: new TextDecoder().decode(html), truth: text };
  }
}

/** The last two labels of the host: the pages of a site's parts look alike. */
function siteOf(url: string): string {
  return new URL(/^https?:/.test(url) ? url : `http://${url}`).hostname.split(".").slice(-2).join(".");
}

async function writeWeights(weights: Weights, say: (line: string) => void): Promise<void> {
  const file = new URL("../../collect/_html/main/weights.ts", import.meta.url);
  const rows = Object.entries(weights).map(([name, values]) =>
    `  ${name}: [${Array.from(values as Float64Array, (value) => Number(value.toFixed(3))).join(", ")}],`
  );
  await Deno.writeTextFile(
    file,
    `/**
 * The weights of what candidates and units are told by, in the order of \`candidateFeatures\` and \`unitFeatures\`. Fitted by
 * \`deno task verify extraction --refit\` to the 181 news pages of scrapinghub/article-extraction-benchmark
 * (4a3bc979) and the article and forum pages of opendatalab/magic-html's benchmark (47d4a7fe); that command without --refit says
 * what they are worth on sites that they have not seen.
 */
export const weights: Readonly<Record<"candidates" | "units" | "threadUnits", readonly number[]>> = {
${rows.join("\n")}
};
`,
  );
  say(`written: ${file.pathname.split("/").slice(-5).join("/")}; deno fmt puts its lines in order`);
}
