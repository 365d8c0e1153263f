import { join, resolve } from "node:path";
import { inRange, ofKind, type OnProgress, refuseRenamed, sha256, takes, wholeNumber } from "../base/mod.ts";
import type { Mixture, ProxyRun } from "../mix/mod.ts";
import { sweep, type SweepRow } from "../run/mod.ts";
import type { MemberPoint, MemberResult } from "./_swarm_member.ts";
import { checkConfig, type LlamaConfig, llamaConfig } from "./config.ts";
import { openShards } from "./shards.ts";

/** One domain's tokens as folders of shards, see `writeShards`. */
export interface SwarmDomain {
  /** Where its training tokens lie. */
  train: string;
  /** Where its held-out tokens lie. */
  heldOut: string;
}

/** Options of {@linkcode trainSwarm}. */
export interface SwarmOptions {
  /** A folder for the swarm's table, `swarm.jsonl`. The same call on it again trains only what is not there. */
  folder: string;
  /** The domains' tokens by name; mixtures are over these names. */
  domains: Record<string, SwarmDomain>;
  /** The proxy's shape, without `rope`. @default {llamaConfig("1M")} */
  config?: LlamaConfig;
  /** Steps of each proxy. */
  steps: number;
  /** Sequences in a batch. @default {8} */
  batch?: number;
  /** Tokens in a sequence. @default {config.context} */
  context?: number;
  /** Peak of the schedule: a tenth of the steps up, the last fifth linearly to zero. @default {3e-3} */
  peakLearningRate?: number;
  /** How often held-out losses are measured on the way, the end among them. @default {4} */
  measurements?: number;
  /** Held-out windows of each domain. @default {32} */
  windows?: number;
  /** Names the draw of parameters and the order of data; the same for all, so that only the mixture differs. @default {1} */
  seed?: number | string;
  /** Proxies in training at a time, each in a process with its share of the threads. @default {the machine's cores} */
  workers?: number;
  /** Stops at once; proxies in training are given up. */
  signal?: AbortSignal;
  /** Called with every proxy. */
  onProgress?: OnProgress;
}

/** One proxy that was trained. */
export interface SwarmMember {
  /** What it was trained on. */
  mixture: Mixture;
  /** Tokens seen at each measurement, the last one at the end. */
  tokens: number[];
  /** Held-out loss by domain at each measurement, in nats per token. */
  losses: Record<string, number[]>;
  /** Held-out loss by domain of each window at the end: the items of a paired comparison. */
  windows: Record<string, number[]>;
  /** How often each domain's tokens were gone through. */
  epochs: Record<string, number>;
}

/** A swarm of proxies. */
export interface Swarm {
  /** The proxies, in the order of their mixtures; those that failed are left out. */
  members: SwarmMember[];
  /** The losses at the end, as regressions and `proposeFromRuns` take them. */
  runs: ProxyRun[];
  /** Proxies that this call trained. */
  trained: number;
  /** Failed proxies by their reason. */
  failed: Record<string, number>;
}

/**
 * Train one small model a mixture, all alike otherwise, on all cores, and measure each on held-out tokens of every domain:
 * the proxy experiments that mixture laws and RegMix stand on (arXiv:2407.01492, section 3.1). What is in the table is not
 * trained again, so a swarm goes on after a kill, or with more mixtures.
 *
 * @param mixtures Shares by domain, for example of `dirichletDesign`.
 * @throws {TypeError} If a mixture and the domains name different things, or the configuration holds `rope`.
 * @throws {RangeError} If there is no mixture or domain, a share is wrong, or an option is out of range.
 * @example
 * ```ts ignore
 * import { byteTokenizer, trainSwarm, writeShards } from "midtrain/anneal";
 * import { dirichletDesign, proposeFromRuns } from "midtrain/mix";
 *
 * await writeShards("data/web", web, { tokenizer: byteTokenizer() }); // and the others
 * const prior = { web: 0.8, math: 0.2 };
 * const { runs } = await trainSwarm(dirichletDesign(prior, { runs: 24 }), {
 *   folder: "swarm", domains: { web: { train: "data/web", heldOut: "data/web-held-out" }, math }, steps: 100,
 * });
 * proposeFromRuns(runs, { prior }).summary;
 * ```
 */
export async function trainSwarm(mixtures: readonly Mixture[], options: SwarmOptions): Promise<Swarm> {
  refuseRenamed("Cannot train a swarm", options, { processes: "workers" });
  takes(
    "Cannot train a swarm",
    options,
    "folder, domains, steps, config?, batch?, context?, peakLearningRate?, measurements?, windows?, seed?, workers?, signal?, onProgress?",
  );
  ofKind("Cannot train a swarm", { mixtures }, "a list of objects");
  const {
    folder,
    domains,
    steps,
    batch = 8,
    peakLearningRate = 3e-3,
    measurements = 4,
    windows = 32,
    seed = 1,
  } = options;
  const config = checkConfig(options.config ?? llamaConfig("1M"));
  const { context = config.context } = options;
  if (config.rope || config.slidingWindow?.rope) {
    throw new TypeError("Cannot train a swarm as its configuration must not hold rope: it does");
  }
  const names = Object.keys(domains);
  if (names.length === 0 || mixtures.length === 0) {
    throw new RangeError(
      `Cannot train a swarm as there must be a mixture and a domain: there are ${mixtures.length} and ${names.length}`,
    );
  }
  mixtures.forEach((mixture, at) => checkMixture(mixture, names, at));
  wholeNumber("Cannot train a swarm", { steps, batch, context, measurements, windows }, ">= 1");
  inRange("Cannot train a swarm", { peakLearningRate }, "finite and > 0");
  const data: MemberPoint["data"] = {};
  for (const name of names) {
    const [train, heldOut] = [domains[name].train, domains[name].heldOut].map((path) => resolve(path));
    const hashes = await Promise.all([train, heldOut].map(async (path) => (await openShards(path)).sha256));
    data[name] = { train: train, heldOut: heldOut, sha256: sha256(hashes.join()) };
  }
  const shared = { data, config, steps, batch, context, peakLearningRate, measurements, windows, seed };
  const points = mixtures.map((mixture): MemberPoint => ({ mixture, ...shared }));
  await Deno.mkdir(folder, { recursive: true });
  const { rows, done, failed } = await sweep(points, {
    table: join(folder, "swarm.jsonl"),
    run: import.meta.resolve("./_swarm_member.ts"),
    workers: options.workers ?? navigator.hardwareConcurrency,
    signal: options.signal,
    onProgress: options.onProgress,
  });
  const members = rows.flatMap((row) => row.status === "done" ? [member(row, names)] : []);
  return {
    members,
    runs: members.map(({ mixture, losses }) => ({
      mixture,
      losses: Object.fromEntries(names.map((name) => [name, losses[name].at(-1)!])),
    })),
    trained: done,
    failed,
  };
}

function checkMixture(mixture: Mixture, names: readonly string[], at: number): void {
  const wrong = [...names, ...Object.keys(mixture)].find((name) =>
    !(name in mixture) || !names.includes(name)
  );
  if (wrong !== undefined) {
    throw new TypeError(
      `Cannot train a swarm as every mixture must name the domains ${
        names.join(", ")
      }: number ${at} differs in "${wrong}"`,
    );
  }
  const sum = names.reduce((total, name) => total + mixture[name], 0);
  const bad = names.find((name) => !(mixture[name] >= 0));
  if (bad !== undefined || !(Math.abs(sum - 1) < 0.01)) {
    throw new RangeError(
      `Cannot train a swarm as shares must be >= 0 and sum to 1: number ${at} ${
        bad === undefined ? `sums to ${sum}` : `has ${mixture[bad]} of "${bad}"`
      }`,
    );
  }
}

/** A row of the table as the member that it was flattened from. */
function member(row: SweepRow, names: readonly string[]): SwarmMember {
  const column = (part: string) =>
    Object.fromEntries(names.map((name) => [name, row[`${part}.${name}`] as unknown]));
  const result = {
    tokens: row.tokens,
    losses: column("losses"),
    windows: column("windows"),
    epochs: column("epochs"),
  };
  return { mixture: column("mixture") as Mixture, ...result as unknown as MemberResult };
}
