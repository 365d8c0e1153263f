// deno-lint-ignore-file no-console
/**
 * `deno task verify:lightgbm`: LightGBM through its C API beside the Python package, on RegMix's 13 regressions with the same
 * parameters: rounds equal, predictions within 1e-12. And a thousand fits, in which memory must stay where it is.
 * @module
 */
import { parseArgs } from "@std/cli";
import { refuseUnknownWord } from "./_flags.ts";
import { openLightGbm } from "../mix/mod.ts";
import { askPeer } from "./_peer.ts";
import { furthest, ourRegressions, type RegMixAnswer, regMixRequest } from "./bench/mix.ts";

const args = parseArgs(Deno.args, { boolean: ["help"], unknown: refuseUnknownWord, alias: { help: "h" } });
if (args.help) {
  console.log("deno task verify:lightgbm\n\n  MIDTRAIN_PEER_PYTHON names a Python that has lightgbm 4.7.0");
  Deno.exit(0);
}

let failed = 0;
function claim(name: string, holds: boolean, detail: string): void {
  if (!holds) failed++;
  console.log(`${holds ? "pass" : "FAIL"}  ${name}: ${detail}`);
}

const request = await regMixRequest();
const ours = await ourRegressions(request);
try {
  const theirs = await askPeer<RegMixAnswer & { version: string }>("mix_lightgbm.py", request);
  claim(
    "rounds",
    ours.rounds.join() === theirs.rounds.join(),
    `${ours.rounds.join(" ")}; lightgbm ${theirs.version}`,
  );
  const far = furthest(ours, theirs);
  const count = ours.predictions.flat().length;
  claim("predictions", far <= 1e-12, `${count} differ by at most ${far}`);
} catch (error) {
  claim("the Python package", false, error instanceof Error ? error.message : String(error));
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
const grown = sizes.at(-1)! - sizes[1];
claim(
  "memory over 1,000 fits",
  grown < 10,
  `${sizes.map((size) => size.toFixed(0)).join(", ")} MB after every 200`,
);
Deno.exit(failed === 0 ? 0 : 1);
