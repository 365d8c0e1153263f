import { wsd } from "../schedule/mod.ts";
import type { LlamaConfig } from "./config.ts";
import { evaluateLoss } from "./loss.ts";
import { openShards } from "./shards.ts";
import { train } from "./train.ts";

/** What one member of a swarm is: everything that decides its losses, of what JSON can hold. */
export interface MemberPoint {
  /** Shares of the tokens by domain. */
  mixture: Record<string, number>;
  /** Folders of shards by domain, and the hash of what they hold: other data make another point. */
  data: Record<string, { train: string; heldOut: string; sha256: string }>;
  config: LlamaConfig;
  steps: number;
  batch: number;
  context: number;
  peakLearningRate: number;
  measurements: number;
  windows: number;
  seed: number | string;
}

/** What came of it. */
export interface MemberResult {
  /** Tokens seen at each measurement, the last one at the end. */
  tokens: number[];
  /** Held-out loss by domain at each measurement, in nats per token. */
  losses: Record<string, number[]>;
  /** Held-out loss by domain of each window at the end. */
  windows: Record<string, number[]>;
  /** How often each domain's tokens were gone through. */
  epochs: Record<string, number>;
}

/** Train a member and measure it. The default export, as a process of a sweep calls it. */
export default async function member(point: MemberPoint): Promise<MemberResult> {
  const { mixture, data, config, steps, batch, context, peakLearningRate, measurements, windows, seed } =
    point;
  const names = Object.keys(data);
  const [sources, heldOut] = await Promise.all(
    (["train", "heldOut"] as const).map((part) =>
      Promise.all(names.map(async (name) => ({ ...await openShards(data[name][part]), name })))
    ),
  );
  const warmupSteps = Math.max(1, Math.round(steps / 10));
  const decaySteps = Math.max(1, Math.round(steps / 5));
  const run = await train({
    config,
    sources: sources,
    weights: mixture,
    schedule: wsd({ peak: peakLearningRate, steps, warmupSteps, decaySteps }),
    steps,
    batch,
    context,
    seed,
    evaluate: { everySteps: Math.max(1, Math.floor(steps / measurements)), sources: heldOut, windows },
  });
  if (run.stopped !== "done") throw new Error(run.message);
  const byDomain = <T>(value: (name: string) => T) =>
    Object.fromEntries(names.map((name) => [name, value(name)]));
  const measured = (name: string) => run.evaluations.filter(({ source }) => source === name);
  const ends: Record<string, number[]> = {};
  for (const source of heldOut) {
    const { perWindow } = await evaluateLoss(run.checkpoint, source, { windows, batch, context });
    ends[source.name] = Array.from(perWindow);
  }
  return {
    tokens: measured(names[0]).map(({ tokens }) => tokens),
    losses: byDomain((name) => measured(name).map(({ loss }) => loss)),
    windows: ends,
    epochs: byDomain((name) => run.usage[name].epochs),
  };
}
