import { measuredOn, openLightGbm, proxyRuns } from "../mix/mod.ts";
import { regmix, type RegMixRuns } from "../sets/mod.ts";
import { cpuSeconds } from "./bench/_row.ts";

/** What both sides are asked. */
export interface RegMixRequest {
  trainX: number[][];
  testX: number[][];
  trainY: number[][];
  testY: number[][];
  parameters: Record<string, string | number | boolean | string[]>;
  rounds: number;
  patience: number;
}

/** The published regressions, stopped on the test rows. */
export async function regMixRequest(): Promise<RegMixRequest> {
  const read = async (runs: RegMixRuns) =>
    proxyRuns(await Array.fromAsync(regmix.read({ runs })), { sums: "keep" });
  const train = await read("train-1M");
  const test = await read("1M");
  const rows = (target: string) => ({ train: measuredOn(train, target), test: measuredOn(test, target) });
  return {
    trainX: train.shares.map((row) => Array.from(row)),
    testX: test.shares.map((row) => Array.from(row)),
    trainY: train.targets.map((target) => [...rows(target).train.y]),
    testY: train.targets.map((target) => [...rows(target).test.y]),
    parameters: {
      objective: "regression",
      metric: ["l1", "l2"],
      learning_rate: 0.01,
      seed: 42,
      num_threads: 1,
      verbosity: -1,
      deterministic: true,
      force_col_wise: true,
    },
    rounds: 1000,
    patience: 3,
  };
}

/** What both sides answer. */
export interface RegMixAnswer {
  cpuSeconds: number;
  rounds: number[];
  predictions: number[][];
}

/** The same by the kit. */
export async function ourRegressions(
  request: RegMixRequest,
): Promise<RegMixAnswer> {
  const lightgbm = await openLightGbm();
  const before = cpuSeconds();
  const answers = request.trainY.map((y, target) => {
    using booster = lightgbm.train(request.trainX, y, {
      ...request,
      validation: { x: request.testX, y: request.testY[target] },
    });
    return { rounds: booster.rounds, predictions: [...booster.predict(request.testX)] };
  });
  return {
    cpuSeconds: cpuSeconds() - before,
    rounds: answers.map(({ rounds }) => rounds),
    predictions: answers.map(({ predictions }) => predictions),
  };
}

/** The greatest difference of two answers' predictions. */
export function furthest(a: RegMixAnswer, b: RegMixAnswer): number {
  return Math.max(
    ...a.predictions.flatMap((row, i) => row.map((value, j) => Math.abs(value - b.predictions[i][j]))),
  );
}
