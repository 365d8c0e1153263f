/**
 * The rules beside datatrove's filters at their defaults, on 300 documents that are the same for both.
 * @module
 */
import { c4, fineweb, gopherQuality, gopherRepetition, personalData } from "../../select/mod.ts";
import type { Document } from "../../data/mod.ts";
import { mobyDick, newsPages, sotu, spamAssassin } from "../../sets/mod.ts";
import { askPeer, MissingPeer } from "../_peer.ts";
import { part } from "./_part.ts";
import { claim, skipped, type VerifyRow } from "./_row.ts";

interface Judged {
  keep: boolean;
  reason: string;
  text: string;
}

const rules = [gopherQuality(), gopherRepetition(), c4(), fineweb()];

/**
 * Least agreement on what is kept, of 300: what each reached when it was written, less one. What is left lies at thresholds:
 * spaCy cuts runs of signs and addresses with hyphens otherwise, and ends sentences at other places.
 */
const least: Record<string, number> = {
  "gopher-quality": 292,
  "gopher-repetition": 298,
  "c4": 295,
  "fineweb": 298,
};

export default part({
  help: "Gopher's, C4's and FineWeb's rules and personal data beside datatrove's filters on 300 documents",
  async *verify(_given, _names, say) {
    if (!await newsPagesAreHere()) {
      yield skipped("datatrove's filters", "the 181 news pages are not on this machine");
      return;
    }
    const documents = [
      ...await take(spamAssassin.read({ limit: 120, seed: 1 }), 120),
      ...await take(newsPages({ limit: 130 }), 110),
      ...await take(sotu.read(), 30),
      ...await take(mobyDick.read(), 40),
    ];
    const texts = documents.map(({ text }) => text.slice(0, 20_000));
    try {
      yield* beside(texts, say);
    } catch (error) {
      if (!(error instanceof MissingPeer)) throw error;
      yield skipped("datatrove's filters", error.message);
    }
  },
});

async function* beside(texts: readonly string[], say: (line: string) => void): AsyncGenerator<VerifyRow> {
  const theirs = await askPeer<Record<string, Judged[]>>("rules_datatrove.py", { texts });
  const of = texts.length;
  for (const { name, judge } of rules) {
    const ours = texts.map((text) => judge(text));
    const peers = theirs[name];
    const apart = ours.flatMap(({ keep, reason = "kept" }, at) =>
      keep === peers[at].keep ? [] : [`document ${at}: ${reason} here, ${peers[at].reason || "kept"} there`]
    );
    for (const line of apart) say(`${name}, ${line}`);
    yield claim(`${name} keeps and drops the same`, "datatrove", {
      theirs: `${peers.filter(({ keep }) => keep).length} kept`,
      ours: `${of - apart.length} of ${of}, ${ours.filter(({ keep }) => keep).length} kept`,
      allowed: `>= ${least[name]}`,
      holds: of === 300 && of - apart.length >= least[name],
    });
  }
  const c4Texts = texts.map((text) => ({ text, ours: c4().judge(text) }));
  const both = c4Texts.flatMap(({ text, ours }, at) =>
    ours.keep && theirs.c4[at].keep ? [(ours.text ?? text).trim() === theirs.c4[at].text.trim()] : []
  );
  const same = both.filter((one) => one).length;
  yield claim("c4 leaves the same lines of what both keep", "datatrove", {
    ours: `${same} of ${both.length}`,
    allowed: ">= 95 %",
    holds: both.length > 0 && same >= 0.95 * both.length,
  });
  yield* personal(texts, theirs["personal-data"].map(({ text }) => text), say);
}

/** Marks that both set: e-mail and IP addresses; datatrove knows no telephone numbers. */
function* personal(
  texts: readonly string[],
  theirs: readonly string[],
  say: (line: string) => void,
): Generator<VerifyRow> {
  const rule = personalData({ placeholders: { phone: "" } });
  for (const [kind, mark] of [["emails", "|||EMAIL_ADDRESS|||"], ["ips", "|||IP_ADDRESS|||"]] as const) {
    const counts = texts.map((text, at) => ({
      at,
      ours: rule.judge(text).statistics[kind],
      theirs: theirs[at].split(mark).length - 1,
    }));
    const shared = counts.reduce((sum, { ours, theirs }) => sum + Math.min(ours, theirs), 0);
    const most = counts.reduce((sum, { ours, theirs }) => sum + Math.max(ours, theirs), 0);
    for (const { at, ours, theirs } of counts) {
      if (ours !== theirs) say(`personal data, document ${at}: ${ours} ${kind} here, ${theirs} there`);
    }
    yield claim(`${kind} that both find`, "datatrove", {
      theirs: `${counts.reduce((sum, { theirs }) => sum + theirs, 0)}`,
      ours: `${counts.reduce((sum, { ours }) => sum + ours, 0)}, ${shared} of ${most} in common`,
      // Of the addresses that only datatrove takes for such, four here are parts of a telephone number or a version.
      allowed: ">= 85 %",
      holds: most > 0 && shared >= 0.85 * most,
    });
  }
}

async function newsPagesAreHere(): Promise<boolean> {
  const { articleExtraction } = await import("../../sets/mod.ts");
  return await articleExtraction.available();
}

async function take(documents: AsyncIterable<Document>, count: number): Promise<Document[]> {
  const taken: Document[] = [];
  for await (const document of documents) {
    if (taken.push(document) === count) break;
  }
  return taken;
}
