/**
 * LightGBM through its C API beside the Python package, on RegMix's 13 regressions with the same parameters: rounds equal,
 * predictions within 1e-12. And a thousand fits, in which memory must stay where it is.
 * @module
 */
import { openLightGbm } from "../../mix/mod.ts";
import { askPeer } from "../_peer.ts";
import { furthest, ourRegressions, type RegMixAnswer, regMixRequest } from "../_regressions.ts";
import { part } from "./_part.ts";
import { atMost, claim, near, same } from "./_row.ts";

export default part({
  help:
    "LightGBM by its C API beside its Python package (lightgbm 4.7.0), and its memory over a thousand fits",
  async *verify(_given, _names, say) {
    const request = await regMixRequest();
    const ours = await ourRegressions(request);
    try {
      const theirs = await askPeer<RegMixAnswer & { version: string }>("mix_lightgbm.py", request);
      const source = `lightgbm ${theirs.version}`;
      yield same("rounds", source, theirs.rounds.join(" "), ours.rounds.join(" "));
      const count = ours.predictions.flat().length;
      const far = furthest(ours, theirs);
      yield near(`${count} predictions, most that they differ`, source, 0, far, { tolerance: 1e-12 });
    } catch (error) {
      const ours = error instanceof Error ? error.message : String(error);
      yield claim("the Python package", "", { ours, allowed: "no error", holds: false });
    }
    const lightgbm = await openLightGbm();
    const sizes: number[] = [];
    for (let fit = 0; fit <= 1000; fit++) {
      using booster = lightgbm.train(request.trainX, request.trainY[fit % 13], {
        rounds: 20,
        validation: { x: request.testX, y: request.testY[fit % 13] },
      });
      booster.predict(request.testX.slice(0, 4));
      if (fit % 200 === 0) sizes.push(Deno.memoryUsage().rss / 1e6);
    }
    say(`${sizes.map((size) => size.toFixed(0)).join(", ")} MB after every 200 fits`);
    yield atMost("MB more after 1,000 fits than after 200", "", 10, sizes.at(-1)! - sizes[1]);
  },
});
