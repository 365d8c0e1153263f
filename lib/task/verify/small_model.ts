/**
 * What the embedded model of 135 million parameters can do that passes its checks, and how much of it: the claim of the
 * tour's fourth stage, over real documents.
 * @module
 */
import { type Interval, percent, said, wilson } from "../../base/mod.ts";
import { type Document, type Drop, writeJsonl } from "../../data/mod.ts";
import { openModel } from "../../llm/mod.ts";
import { available } from "../../native/mod.ts";
import { sotu } from "../../sets/mod.ts";
import {
  arithmeticProblems,
  condense,
  type Method,
  recast,
  segments,
  synthesize,
} from "../../synthesize/mod.ts";
import { part } from "./_part.ts";
import { claim, skipped, type VerifyRow } from "./_row.ts";

/** The least share of what the model writes that must pass, to be worth a page's time. */
const LEAST = 0.25;

/** Passages of real prose, from speeches since 1946: a few sentences each, of twenty words at least. */
async function passages(count: number): Promise<Document[]> {
  const speeches = (await Array.fromAsync(sotu.read())).filter(({ meta }) => Number(meta.year) >= 1946);
  const cut = speeches.flatMap((speech) => {
    const parts = segments(speech.text, { maxTokens: 80 });
    return [0.3, 0.4, 0.5, 0.7].map((place) => Math.floor(place * parts.length)).map((at) => {
      return { ...speech, id: `${speech.id}-${at}`, text: parts[at] };
    });
  });
  return spread(cut.filter(({ text }) => text.split(/\s+/).length >= 20), count);
}

/** So many of a list, evenly. */
function spread<T>(list: readonly T[], count: number): T[] {
  return Array.from(
    { length: Math.min(count, list.length) },
    (_, i) => list[Math.floor(i * list.length / count)],
  );
}

export default part({
  help:
    `NAMES; all: how much of what the embedded model writes passes its checks, over real passages and problems
--documents N   passages and problems; default 200, which takes about 15 minutes on one core
--texts FILE    write what was accepted and rejected, with its page, to read as JSON Lines`,
  flags: { documents: { min: 10 }, texts: "text" },
  names: ["condense", "recast"],
  async *verify({ documents = 200, texts }, names, say) {
    if (!await available("smollm2")) {
      yield skipped("the embedded model", "it is not installed: deno task setup");
      return;
    }
    const pages = await passages(documents);
    const problems = arithmeticProblems({ count: documents, steps: [1, 3], seed: 1 });
    const written: Document[] = [];
    const runs: Record<string, [Method, Document[]]> = {
      condense: [condense(), pages],
      recast: [recast(), problems],
    };
    const shares = new Map<string, Interval>();
    for (const name of names) {
      const { share, line, made } = await over(...runs[name]);
      say(line);
      written.push(...made);
      shares.set(name, share);
      if (texts !== undefined) await writeJsonl(texts, written);
    }
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

/** What each share is held to. */
function* rows(shares: ReadonlyMap<string, Interval>): Generator<VerifyRow> {
  for (const [name, share] of shares) {
    yield claim(`${name}: texts accepted`, "the checks of its docstring", {
      ours: said(share, percent),
      allowed: `95 % interval above ${percent(LEAST)}`,
      holds: share.low >= LEAST,
    });
  }
}
