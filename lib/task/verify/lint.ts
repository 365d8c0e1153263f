/**
 * The lint score of Python beside pylint's own, on the files of the library of the Python that pylint runs by.
 * @module
 */
import { Random } from "../../base/mod.ts";
import { rankCorrelation } from "../../mix/_ranks.ts";
import { lintPython } from "../../synthesize/mod.ts";
import { askPeer, MissingPeer } from "../_peer.ts";
import { part } from "./_part.ts";
import { claim, skipped, type VerifyRow } from "./_row.ts";

export default part({
  help: "the lint score of Python beside pylint's, on the standard library (pip install pylint)",
  async *verify(_given, _names, say) {
    let rows: { text: string; score: number }[];
    try {
      rows = await askPeer("pylint_scores.py", { files: 100 });
    } catch (error) {
      if (!(error instanceof MissingPeer)) throw error;
      yield skipped("lint", error.message);
      return;
    }
    const documents = rows.map(({ text }, at) => ({ id: `${at}`, text, source: "", meta: {} }));
    const scored = await Array.fromAsync(lintPython(documents, { minScore: 0 }));
    const pairs = scored.map(({ id, meta }) => ({
      theirs: rows[Number(id)].score,
      ours: meta.lint as number,
    }));
    say(`${rows.length} files of the standard library, of which ${pairs.length} parse`);
    yield* rowsOf(pairs);
  },
});

function* rowsOf(pairs: { theirs: number; ours: number }[]): Generator<VerifyRow> {
  const theirs = pairs.map((pair) => pair.theirs);
  const ours = pairs.map((pair) => pair.ours);
  const rho = rankCorrelation(theirs, ours);
  const random = new Random(1);
  const chance = Array.from({ length: 200 }, () => rankCorrelation(theirs, random.shuffle([...ours])));
  const alike = pairs.filter((pair) => (pair.theirs >= 7) === (pair.ours >= 7)).length;
  const kept = theirs.filter((score) => score >= 7).length;
  yield claim("rank correlation of the scores", "pylint", {
    theirs: `${Math.max(...chance).toFixed(2)} by chance`,
    ours: rho.toFixed(2),
    allowed: "at least 0.6",
    holds: rho >= 0.6,
  });
  yield claim("files kept or lost alike at 7", "pylint", {
    theirs: `${kept} kept`,
    ours: `${alike} of ${pairs.length}`,
    allowed: "at least three in four",
    holds: alike >= 0.75 * pairs.length,
  });
}
