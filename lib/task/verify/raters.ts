/**
 * A rater trained from 500 labels that a test model gives through the kit's door: how it agrees with held-out labels, and
 * whether scikit-learn finds the same head. The model is a script behind an OpenAI-compatible server on loopback, which scores
 * real texts by what it can count in them, errs in one of eight, and answers one in fifty with no score.
 * @module
 */
import { hash32 } from "../../base/mod.ts";
import type { Document } from "../../data/mod.ts";
import { openEmbedder, openModel } from "../../llm/mod.ts";
import {
  bradleyTerry,
  drawPairs,
  modelRater,
  rate,
  type Rated,
  spearman,
  splitById,
  trainEmbeddingRater,
  weightedKappa,
} from "../../select/mod.ts";
import { mobyDick, sotu, spamAssassin } from "../../sets/mod.ts";
import { judgePairs } from "../../synthesize/mod.ts";
import { askPeer, MissingPeer } from "../_peer.ts";
import { part } from "./_part.ts";
import { atMost, claim, skipped, type VerifyRow } from "./_row.ts";

/** How much of a text is rated, in UTF-16 units. */
const textUnits = 800;
const ridges = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

export default part({
  help:
    "a rater trained from 500 labels of a test model, its agreement with held-out labels, and scikit-learn's",
  async *verify(_given, _names, say) {
    const folder = await Deno.makeTempDir();
    await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, answer);
    const baseURL = `http://127.0.0.1:${server.addr.port}/v1`;
    await using model = await openModel({ kind: "endpoint", baseURL, cache: false });
    await using embedder = await openEmbedder({ threads: 2 });
    try {
      const documents = await texts();
      const { train, heldOut } = splitById(documents, { heldOutFraction: 0.28 });
      const rater = modelRater(model, { textUnits });
      const labelled = await Array.fromAsync(rate(train, rater, { folder }));
      const known = labelled.filter(({ known }) => known).slice(0, 500);
      say(`${labelled.length} texts, ${labelled.filter(({ known }) => !known).length} without a score`);
      const truth = (await Array.fromAsync(rate(heldOut, rater))).filter(({ known }) => known);
      // Each text is embedded once for all that follows.
      const vectors = new Map<string, Float32Array>();
      const memory = {
        async embed(some: readonly string[]) {
          const missing = some.filter((text) => !vectors.has(text));
          const { vectors: fresh } = await embedder.embed(missing);
          missing.forEach((text, at) => vectors.set(text, fresh[at]));
          return some.map((text) => vectors.get(text)!);
        },
      };
      const trained = await trainEmbeddingRater(known, { embedder: memory, textUnits, ridges });
      const found = await Array.fromAsync(rate(truth.map(({ document }) => document), trained));
      yield* agreement(found, truth, known.length);
      const voted = await Array.fromAsync(
        rate(
          truth.map(({ document }) => document),
          await byVotes(train.slice(0, 160), { model, memory, say }),
        ),
      );
      const votes = spearman(scores(voted), scores(truth));
      yield claim("a rater from votes on 160 texts, by rank, with held-out labels", "a test model", {
        ours: `Spearman ${votes.estimate.toFixed(3)} [${votes.low.toFixed(3)}, ${votes.high.toFixed(3)}]`,
        allowed: "interval above 0.4",
        holds: votes.low > 0.4,
      });
      // A start that is too long for the model was halved.
      const vectorOf = ({ document: { text } }: Rated) => {
        let units = Math.min(textUnits, text.length);
        while (units > 1 && !vectors.has(text.slice(0, units))) units = Math.ceil(units / 2);
        return [...vectors.get(text.slice(0, units))!];
      };
      const asked = { train: known.map(vectorOf), labels: scores(known), test: truth.map(vectorOf), ridges };
      const theirs = await askPeer<{ ridge: number; scores: number[] }>("ridge_sklearn.py", asked);
      yield claim("the ridge that leaving one out chooses", "scikit-learn's RidgeCV", {
        theirs: String(theirs.ridge),
        ours: String(trained.weights.ridge),
        allowed: "the same",
        holds: theirs.ridge === trained.weights.ridge,
      });
      const [low, high] = trained.weights.range;
      const apart = found.map(({ score }, at) =>
        Math.abs(score - Math.min(high, Math.max(low, theirs.scores[at])))
      );
      yield atMost(
        "greatest difference of a held-out score",
        "scikit-learn's RidgeCV",
        1e-4,
        Math.max(...apart),
      );
    } catch (error) {
      if (!(error instanceof MissingPeer)) throw error;
      yield skipped("scikit-learn's RidgeCV", error.message);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

function* agreement(found: readonly Rated[], truth: readonly Rated[], labels: number): Generator<VerifyRow> {
  const rank = spearman(scores(found), scores(truth));
  yield claim(
    `a head on MiniLM from ${labels} labels, by rank, with ${truth.length} held-out labels`,
    "a test model",
    {
      ours: `Spearman ${rank.estimate.toFixed(3)} [${rank.low.toFixed(3)}, ${rank.high.toFixed(3)}]`,
      allowed: "500 labels, interval above 0.6",
      holds: labels === 500 && rank.low > 0.6,
    },
  );
  const kappa = weightedKappa(scores(found).map(Math.round), scores(truth));
  yield claim("the same, rounded", "a test model", {
    ours: `weighted kappa ${kappa.estimate.toFixed(3)} [${kappa.low.toFixed(3)}, ${kappa.high.toFixed(3)}]`,
    allowed: "interval above 0.5",
    holds: kappa.low > 0.5,
  });
}

/** A rater distilled from pairwise votes, as QuRating's is. */
async function byVotes(
  documents: readonly Document[],
  { model, memory, say }: {
    model: Awaited<ReturnType<typeof openModel>>;
    memory: Parameters<typeof trainEmbeddingRater>[1]["embedder"];
    say: (line: string) => void;
  },
) {
  const starts = documents.map((document) => ({ ...document, text: document.text.slice(0, textUnits) }));
  const { judgements, firstShare } = await judgePairs(await drawPairs(starts, { rounds: 5 }), { model });
  say(
    `${judgements.length} pairs in both orders; the first is preferred in ${
      (100 * firstShare.estimate).toFixed(1)
    } %`,
  );
  const byId = new Map(documents.map((document) => [document.id, document]));
  const rated = bradleyTerry(judgements).map(({ id, strength }) => ({
    document: byId.get(id)!,
    score: strength,
    known: true,
  }));
  return await trainEmbeddingRater(rated, { embedder: memory, textUnits, name: "from-votes" });
}

function scores(rated: readonly Rated[]): number[] {
  return rated.map(({ score }) => score);
}

/** 720 texts: mails, speeches and a novel, each a piece of its document. */
async function texts(): Promise<Document[]> {
  const piece = ({ text, ...rest }: Document) => ({ ...rest, text: text.slice(1200, 2000 + textUnits) });
  const mails = await Array.fromAsync(spamAssassin.read({ limit: 400, seed: 2 }));
  const speeches = await Array.fromAsync(sotu.read());
  const novel = await Array.fromAsync(mobyDick.read());
  return [...mails, ...[...speeches, ...novel].map(piece)].filter(({ text }) => text.length > 200);
}

/** The test model: a score or a choice by what can be counted in a text. */
async function answer(request: Request): Promise<Response> {
  if (request.url.endsWith("/models")) return Response.json({ data: [{ id: "counting" }] });
  const prompt: string = (await request.json()).messages[0].content;
  const rated = /<text>\n([^]*)\n<\/text>/.exec(prompt);
  const pair = /\nText 1:\n([^]*)\n\nText 2:\n([^]*)\n\nAnswer with/.exec(prompt);
  const content = rated
    ? scoreLine(rated[1])
    : JSON.stringify({ better: worth(pair![1]) >= worth(pair![2]) ? 1 : 2 });
  return Response.json({
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    usage: { prompt_tokens: 100, completion_tokens: 10 },
  });
}

function scoreLine(text: string): string {
  const chance = hash32(text) % 200;
  if (chance < 4) return "I would rather not give a number.";
  const error = chance < 16 ? -1 : chance < 29 ? 1 : 0;
  return `I counted.\nScore: ${Math.min(5, Math.max(0, Math.round(worth(text)) + error))}`;
}

/** Letters, long words and reasons for it; offers, marks and addresses against it; from 0 to 5. */
function worth(text: string): number {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const share = (pattern: RegExp) => (text.match(pattern) ?? []).length / Math.max(1, words.length);
  const long = words.filter(({ length }) => length >= 8).length / Math.max(1, words.length);
  const reasons = share(/\b(?:because|therefore|thus|which|hence|however|whether|although|must|shall)\b/gi);
  const noise = share(/[!$%=*@<>|_]|https?:|\b(?:free|click|offer|money|unsubscribe|list)\b/gi);
  return Math.min(5, Math.max(0, 1.5 + 9 * long + 40 * reasons - 12 * noise));
}
