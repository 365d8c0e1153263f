import { percent } from "../base/mod.ts";
import { weightSum } from "./_facts.ts";
import type { Finding } from "./_finding.ts";
import { valueOf } from "./fact.ts";
import type { Stage } from "./recipe.ts";
import { stageTokens } from "./seams.ts";
import { tokenCount } from "./_token_count.ts";

/** How far printed percent may stray from 100 by rounding. */
const ROUNDING = 1e-3;

/** What is wrong with a stage's mixture. */
export function* mixtureFindings(stage: Stage, maxEpochs: number): Generator<Finding> {
  const { name, kind, mixture } = stage;
  if (mixture.length === 0) return;
  const at = { stage: name, locus: mixture[0].share.locus ?? "" };
  const sum = weightSum(stage);
  const shares = mixture.map(({ share }) => valueOf(share) ?? 0);
  const equal = mixture.length > 2 && shares.every((share) => share === shares[0]);
  if (equal) {
    const what = `all ${mixture.length} weights are equal, which a placeholder is`;
    yield { ...at, level: "fault", rule: "equal-weights", what };
  }
  if (Math.abs(sum - 1) > ROUNDING && !equal) {
    const what = `the weights sum to ${Number(sum.toPrecision(6))}; they are normalized before use`;
    yield { ...at, level: "warning", rule: "weights-sum", what };
  }
  const tokens = stageTokens(stage);
  for (const { source, share, pool, chatTokens, holds = [] } of mixture) {
    const unique = valueOf(pool);
    // By the weight as it is published, as its readers count.
    const wanted = tokens === undefined ? undefined : tokens * (valueOf(share) ?? 0);
    if (wanted !== undefined && unique !== undefined && wanted / unique > maxEpochs) {
      const times = wanted / unique;
      yield {
        ...at,
        level: times > 10 * maxEpochs ? "fault" : "warning",
        rule: "epochs",
        what: `${source} is seen ${times.toLocaleString("en-US", { maximumFractionDigits: 1 })} times: ${
          tokenCount(wanted)
        } tokens are asked of ${tokenCount(unique)}`,
        locus: pool!.locus ?? at.locus,
      };
    }
    if (chatTokens) {
      const what =
        `${source} (${
          percent((valueOf(share) ?? 0) / sum)
        }) holds special tokens of a chat template, which cost Olmo 3 ` +
        "all of GSM8K (49.43 to 0) when they stood in mid-training";
      yield { ...at, level: "warning", rule: "chat-tokens", what };
    }
    for (const benchmark of holds) {
      yield {
        ...at,
        level: "fault",
        rule: "evaluation-in-mix",
        what: `${source} holds items of ${benchmark}`,
      };
    }
  }
  if (kind === "context" && mixture.every((one) => one.kind === "long")) {
    const what = "nothing but long documents, so that what short ones taught is not rehearsed";
    yield { ...at, level: "warning", rule: "no-short-data", what };
  }
}
