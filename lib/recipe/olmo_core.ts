import { parse, stringify } from "yaml";
import { inRange, must, ofKind, takes } from "../base/mod.ts";
import { recipe, stage } from "./define_recipe.ts";
import { derived, type Fact, notReported, verified } from "./fact.ts";
import type { ImportNanotronOptions } from "./nanotron.ts";
import { numberIn } from "./_python_number.ts";
import type { MixtureSource, Recipe, RopeFacts, Stage } from "./recipe.ts";
import { knownShare } from "./_known_share.ts";
import { kindOfSource } from "./_source_kinds.ts";

const CANNOT = "Cannot import a file of OLMo-core";

/**
 * A recipe of one stage out of a file of OLMo-core: the YAML of a mixture (`sources` with their ratios), or a training script
 * in Python, whose constants and calls are read without running it.
 *
 * @throws {SyntaxError} If the text is neither.
 * @example The horizon of a script
 * ```ts
 * import assert from "node:assert/strict";
 * import { importOlmoCore } from "midtrain/recipe";
 *
 * const script = `GLOBAL_BATCH_SIZE = 65536 * 64
 * LR = 2e-4
 * scheduler=LinearWithWarmup(warmup=200, alpha_f=0.0)
 * max_duration=Duration.tokens(int(5e12))`;
 * const [stage] = importOlmoCore(script, { locus: "train.py" }).stages;
 * assert.equal(stage.tokens.value, 5e12);
 * ```
 */
export function importOlmoCore(text: string, options: ImportNanotronOptions): Recipe {
  takes(CANNOT, options, "locus, kinds?, name?");
  ofKind(CANNOT, { text }, "a text");
  const { locus, kinds = {}, name = "imported" } = options;
  const isScript = /^\s*(?:import|from)\s|\bDuration\.|^LR\s*=/m.test(text);
  const only = isScript
    ? scriptStage(text, locus)
    : stage({ name: "mid", kind: "mid", mixture: mixtureOf(text, locus, kinds) });
  return recipe({
    name,
    model: { name, parameters: notReported() },
    objectives: [],
    stages: [only],
    sources: [locus],
  });
}

/**
 * A mixture as OLMo-core's YAML of sources; {@linkcode importOlmoCore} reads it back. What a source's files are is not known
 * to a recipe: their names stand for their paths.
 *
 * @throws {RangeError} If a share is not known.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { exportOlmoCore, importOlmoCore, publishedSources } from "midtrain/recipe";
 *
 * const text = exportOlmoCore(publishedSources("olmo3-dolmino-100B"));
 * assert.equal(importOlmoCore(text, { locus: "mix.yaml" }).stages[0].mixture.length, 24);
 * ```
 */
export function exportOlmoCore(mixture: readonly MixtureSource[]): string {
  const cannot = "Cannot export a mixture for OLMo-core";
  ofKind(cannot, { mixture }, "a list of objects with source, share");
  return stringify({
    sources: mixture.map((one) => ({
      source_name: one.source,
      target_ratio: knownShare(cannot, one),
      paths: [one.source],
    })),
  });
}

function mixtureOf(
  text: string,
  locus: string,
  kinds: NonNullable<ImportNanotronOptions["kinds"]>,
): MixtureSource[] {
  let parsed: unknown;
  try {
    parsed = parse(text);
  } catch {
    parsed = undefined;
  }
  const sources = (parsed as { sources?: unknown } | undefined)?.sources;
  if (!Array.isArray(sources)) {
    throw new SyntaxError(`${CANNOT} as it must be a script or a YAML of sources: it is neither`);
  }
  ofKind(CANNOT, { sources }, "a list of objects with source_name, target_ratio");
  must(CANNOT, "there must be a source", sources.length, sources.length > 0);
  return (sources as { source_name: string; target_ratio: number }[]).map(({ source_name, target_ratio }) => {
    inRange(CANNOT, { [`the ratio of ${source_name}`]: target_ratio }, "finite and >= 0");
    return {
      source: source_name,
      kind: kindOfSource(source_name, kinds),
      share: verified(target_ratio, `${locus} target_ratio`),
    };
  });
}

/** What a script tells of its run. */
function scriptStage(text: string, locus: string): Stage {
  const constants = new Map(
    [...text.matchAll(/^([A-Z_]+)\s*=\s*(.+)$/gm)].map(([, name, value]) => [name, value]),
  );
  /** A number by its name, or in the first place that a pattern finds. */
  const find = (pattern: RegExp): number | undefined => {
    const found = pattern.exec(text)?.[1].trim();
    return found === undefined ? undefined : numberIn(constants.get(found) ?? found);
  };
  const known = <Value>(value: Value | undefined, key: string): Fact<Value> =>
    value === undefined ? notReported() : verified(value, `${locus} ${key}`);
  const rate = find(/^LR\s*=\s*(.+)$/m) ?? find(/\blr=([^,)\n]+)/);
  const batch = find(/^GLOBAL_BATCH_SIZE\s*=\s*(.+)$/m) ?? find(/global_batch_size=([^,)\n]+)/);
  const sequence = find(/^(?:DEFAULT_)?SEQUENCE_LENGTH\s*=\s*(.+)$/m);
  const tokens = find(/max_duration=Duration\.tokens\((.+?)\)\s*,/) ??
    find(/max_duration=Duration\.tokens\((.+)\)/);
  const warmup = find(/With[Ww]armup\([^)]*?\bwarmup(?:_steps)?=([^,)\n]+)/) ?? 0;
  const floor = find(/\balpha_f=([^,)\n]+)/) ?? (/\bCosWithWarmup\(/.test(text) ? 0.1 : 0);
  const kind = /\bLinearWithWarmup\(/.test(text)
    ? "linear"
    : /\bCosWithWarmup\(/.test(text)
    ? "cosine"
    : undefined;
  const betas = /betas=\(([\d.]+),\s*([\d.]+)\)/.exec(text);
  const [decay, clip, zLoss] = [
    find(/\bweight_decay=([\d.e-]+)/),
    find(/max_grad_norm=([\d.]+)/),
    find(/z_loss_multiplier=([\d.e-]+)/),
  ];
  const optimizer = /\b(\w*AdamW)Config\(/.exec(text)?.[1];
  const yarn = /YaRNRoPEScalingConfig\(([^)]*)\)/.exec(text)?.[1];
  const within = (name: string) =>
    yarn === undefined ? undefined : numberIn(new RegExp(`${name}=([^,]+)`).exec(yarn)?.[1] ?? "");
  const path = /load_path="([^"]+)"/.exec(text)?.[1];
  const keeps = /load_optim_state=(True|False)/.exec(text)?.[1];
  const rope: RopeFacts | undefined = yarn === undefined ? undefined : {
    method: "yarn",
    ...within("factor") !== undefined && { factor: within("factor")! },
    ...within("beta_fast") !== undefined && { betas: [within("beta_fast")!, within("beta_slow")!] as const },
  };
  return stage({
    name: yarn === undefined ? "mid" : "long",
    kind: yarn === undefined ? "mid" : "context",
    tokens: known(tokens, "max_duration"),
    batchTokens: known(batch, "GLOBAL_BATCH_SIZE"),
    sequence: known(sequence, "SEQUENCE_LENGTH"),
    schedule: kind === undefined || rate === undefined || tokens === undefined || batch === undefined
      ? notReported()
      : derived({
        kind,
        peak: rate,
        ...floor > 0 && { floor: floor * rate },
        steps: tokens,
        ...warmup > 0 && { warmupSteps: warmup * batch },
      }, `${locus} scheduler, in tokens`),
    optimizer: optimizer === undefined ? notReported() : verified({
      name: optimizer,
      ...betas && { betas: [Number(betas[1]), Number(betas[2])] as const },
      ...decay !== undefined && { weightDecay: decay },
      ...clip !== undefined && { clip },
      ...zLoss !== undefined && { zLoss },
    }, `${locus} optim`),
    optimizerKept: known(keeps === undefined ? undefined : keeps === "True", "load_optim_state"),
    rope: known(rope, "YaRNRoPEScalingConfig"),
    ...path !== undefined && { from: verified(path, `${locus} load_path`) },
  });
}
