/**
 * What the embedded model of 135 million parameters can do that passes its checks, and how much of it: the claim of the
 * tour's fourth stage, over real documents.
 * @module
 */
import { type Interval, percent, said, wilson } from "../../base/mod.ts";
import { type Document, type Drop, writeJsonl } from "../../data/mod.ts";
import { openModel } from "../../llm/mod.ts";
import { available } from "../../native/mod.ts";
import { sotu, spamAssassin } from "../../sets/mod.ts";
import {
  arithmeticProblems,
  condense,
  type Method,
  recast,
  rephrase,
  segments,
  synthesize,
} from "../../synthesize/mod.ts";
import { part } from "./_part.ts";
import { claim, skipped, type VerifyRow } from "./_row.ts";

/** The least share of what the model writes that must pass, to be worth a page's time. */
const LEAST = 0.25;

/** Passages of real prose: three of four from speeches since 1946, the rest from mails that people wrote to people. */
async function passages(count: number): Promise<Document[]> {
  const cut = (document: Document, places: readonly number[]) => {
    const parts = segments(document.text, { maxTokens: 80 });
    return places.map((place) => Math.floor(place * parts.length)).map((at) => {
      return { ...document, id: `${document.id}-${at}`, text: parts[at] };
    });
  };
  const worth = ({ text }: Document) => text.split(/\s+/).length >= 20;
  const speeches = (await Array.fromAsync(sotu.read())).filter(({ meta }) => Number(meta.year) >= 1946);
  const mails = (await Array.fromAsync(spamAssassin.read({ limit: 2000, seed: 1 })))
    .filter(({ text, meta }) => meta.label === "ham" && text.length > 400 && text.length < 1500);
  const spoken = speeches.flatMap((speech) => cut(speech, [0.3, 0.5, 0.7])).filter(worth);
  const written = mails.flatMap((mail) => cut(mail, [0.3])).filter(worth);
  const share = Math.round(0.75 * count);
  return [...spread(spoken, share), ...spread(written, count - share)];
}

/** So many of a list, evenly. */
function spread<T>(list: readonly T[], count: number): T[] {
  return Array.from(
    { length: Math.min(count, list.length) },
    (_, i) => list[Math.floor(i * list.length / count)],
  );
}

export default part({
  help: `how much of what the embedded model writes passes its checks, over real passages and problems
--documents N   passages and problems; default 200, which takes about 15 minutes on one core
--texts FILE    write what was accepted and rejected, with its page, to read as JSON Lines`,
  flags: { documents: { min: 10 }, texts: "text" },
  async *verify({ documents = 200, texts }, _names, say) {
    if (!await available("smollm2")) {
      yield skipped("the embedded model", "it is not installed: deno task setup");
      return;
    }
    const pages = await passages(documents);
    const problems = arithmeticProblems({ count: documents, steps: [1, 3], seed: 1 });
    const written: Document[] = [];
    const runs: [Method, Document[]][] = [
      [condense(), pages],
      [recast(), problems],
      // A page in other words takes the model to the end of its limit each time.
      [rephrase("plain"), spread(pages, Math.ceil(documents / 10))],
    ];
    const shares = new Map<string, Interval>();
    for (const [method, given] of runs) {
      const { share, line, made } = await over(method, given);
      say(line);
      written.push(...made);
      shares.set(method.id, share);
    }
    if (texts !== undefined) await writeJsonl(texts, written);
    yield* rows(shares);
  },
});

/** A method over documents: the share of its texts that pass, and all of them with their pages. */
async function over(method: Method, given: Document[]) {
  await using model = await openModel({ kind: "embedded", cache: false });
  const lost: Drop[] = [];
  const run = synthesize(given, method, { model, workers: 2, onDrop: (drop) => lost.push(drop) });
  const accepted = await Array.fromAsync(run);
  const textOf = new Map(given.map(({ id, text }) => [id, text]));
  const none = "nothing to write from";
  const { rejected, seconds } = run.report;
  const trials = Object.entries(rejected).reduce(
    (sum, [why, count]) => why === none ? sum : sum + count,
    accepted.length,
  );
  const share = wilson(accepted.length, trials);
  const causes = Object.entries(rejected).map(([cause, count]) => `${count} ${cause}`).join(", ");
  return {
    share,
    line: `${method.id}: ${said(share, percent)} of ${trials} texts; lost: ${causes || "none"}; ${
      seconds.toFixed(0)
    } s`,
    made: [
      ...accepted.map((text) => ({
        ...text,
        meta: { became: "accepted", page: textOf.get(text.lineage!.parents[0]) ?? "" },
      })),
      ...lost.map(({ id, source, stage, reason, excerpt = "" }) => ({
        id: `${id}/${stage}`,
        source: source ?? "",
        text: excerpt,
        meta: { became: reason, page: textOf.get(id) ?? "" },
      })),
    ],
  };
}

function* rows(shares: ReadonlyMap<string, Interval>): Generator<VerifyRow> {
  for (const name of ["condense@1", "recast@1"]) {
    const share = shares.get(name)!;
    const allowed = `95 % interval above ${percent(LEAST)}`;
    yield claim(`${name}: texts accepted`, "the checks of its docstring", {
      ours: said(share, percent),
      allowed,
      holds: share.low >= LEAST,
    });
  }
  const hard = shares.get("rephrase/plain@1")!;
  const easy = shares.get("condense@1")!;
  yield claim("rephrase/plain@1: fewer accepted than condensed", "the same passages", {
    theirs: said(easy, percent),
    ours: said(hard, percent),
    allowed: "below",
    holds: hard.estimate < easy.estimate,
  });
}
