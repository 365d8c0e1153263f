// deno-lint-ignore-file camelcase -- names of nanotron
import { parse, stringify } from "yaml";
import { must, ofKind, takes } from "../base/mod.ts";
import type { ScheduleSpec } from "../schedule/mod.ts";
import { recipe, stage } from "./define_recipe.ts";
import { derived, type Fact, notReported, verified } from "./fact.ts";
import type { ImportOptions } from "./megatron_blend.ts";
import type { MixtureSource, Recipe, Stage } from "./recipe.ts";
import { knownShare } from "./_known_share.ts";
import { kindOfSource } from "./_source_kinds.ts";

/** Options of {@linkcode importNanotron}. */
export interface ImportNanotronOptions extends ImportOptions {
  /** What the recipe is called. @default {"imported"} */
  name?: string | undefined;
}

/** A configuration of nanotron, as far as a recipe looks at it. */
interface Config {
  checkpoints?: { load_optimizer?: boolean };
  data_stages: {
    name: string;
    start_training_step: number;
    data: { dataset: { dataset_folder: string | string[]; dataset_weights?: number[] } };
  }[];
  model: { model_config: { rope_theta?: number; num_hidden_layers?: number; hidden_size?: number } };
  optimizer: {
    clip_grad?: number;
    weight_decay?: number;
    learning_rate_scheduler: Rates;
    optimizer_factory: { adam_beta1?: number; adam_beta2?: number; adam_eps?: number; name?: string };
  };
  parallelism: { dp: number };
  tokens: {
    sequence_length: number;
    micro_batch_size: number;
    batch_accumulation_per_replica: number;
    train_steps: number;
  };
}

interface Rates {
  learning_rate: number;
  lr_warmup_steps?: number;
  lr_warmup_style?: string;
  lr_decay_starting_step?: number;
  lr_decay_steps?: number;
  lr_decay_style?: string;
  min_decay_lr?: number;
}

/** The shapes of a decay by nanotron's names. */
const SHAPES: Readonly<Record<string, "linear" | "cosine" | "1-sqrt">> = {
  "linear": "linear",
  "cosine": "cosine",
  "1-sqrt": "1-sqrt",
};

/**
 * A recipe out of a configuration of nanotron: one stage a data stage, with its steps, its piece of the schedule and its
 * weights as they stand there.
 *
 * @throws {SyntaxError} If the text is no YAML.
 * @throws {TypeError} If it lacks what a configuration has.
 * @example A decay over the last fifth
 * ```ts
 * import assert from "node:assert/strict";
 * import { exportNanotron, importNanotron } from "midtrain/recipe";
 * import { recipeNamed } from "midtrain/recipes";
 *
 * const text = exportNanotron(recipeNamed("smollm3-3b"), { stages: ["stage1", "stage2", "decay"] });
 * const [, , decay] = importNanotron(text, { locus: "config.yaml" }).stages;
 * assert.equal(decay.steps?.value, 522_000);
 * ```
 */
export function importNanotron(text: string, options: ImportNanotronOptions): Recipe {
  const cannot = "Cannot import a configuration of nanotron";
  takes(cannot, options, "locus, kinds?, name?");
  ofKind(cannot, { text }, "a text");
  const { locus, kinds = {}, name = "imported" } = options;
  const config = configOf(cannot, text);
  const { tokens, parallelism, model: { model_config: shape } } = config;
  const { sequence_length: sequence, train_steps: all } = tokens;
  const batch = parallelism.dp * tokens.micro_batch_size * tokens.batch_accumulation_per_replica * sequence;
  const stages = config.data_stages.map((one, i): Stage => {
    const first = one.start_training_step - 1;
    const steps = (config.data_stages[i + 1]?.start_training_step ?? all + 1) - 1 - first;
    must(cannot, `the steps of ${one.name} must be >= 1`, steps, steps >= 1);
    const schedule = pieceOf(config.optimizer.learning_rate_scheduler, first, steps, batch);
    const falls = schedule !== undefined && schedule.kind !== "constant";
    return stage({
      name: one.name.trim().replace(/[.\s]+/g, "-"),
      kind: falls ? "decay" : i === 0 ? "pretrain" : "mid",
      tokens: derived(steps * batch, `${locus}: steps times the batch`),
      steps: derived(steps, `${locus} start_training_step`),
      batchTokens: derived(
        batch,
        `${locus} dp, micro_batch_size, batch_accumulation_per_replica, sequence_length`,
      ),
      sequence: verified(sequence, `${locus} sequence_length`),
      schedule: schedule === undefined
        ? notReported("its decay begins in a stage before")
        : derived(schedule, `${locus} learning_rate_scheduler, in tokens`),
      optimizer: optimizerOf(config, locus),
      optimizerKept: i === 0 && config.checkpoints?.load_optimizer === undefined
        ? notReported()
        : verified(i > 0 || config.checkpoints!.load_optimizer!, `${locus} load_optimizer`),
      rope: shape.rope_theta === undefined
        ? notReported()
        : verified({ theta: shape.rope_theta }, `${locus} rope_theta`),
      mixture: mixtureOf(one.data.dataset, locus, kinds),
    });
  });
  return recipe({
    name,
    model: {
      name,
      parameters: notReported(),
      ...shape.num_hidden_layers !== undefined && { layers: verified(shape.num_hidden_layers, locus) },
      ...shape.hidden_size !== undefined && { width: verified(shape.hidden_size, locus) },
    },
    objectives: [],
    stages,
    sources: [locus],
  });
}

/** Options of {@linkcode exportNanotron}. */
export interface ExportNanotronOptions {
  /** Which stages, in their order: they must follow each other with one batch and one sequence. @default all */
  stages?: readonly string[] | undefined;
}

/**
 * Stages of a recipe as a configuration of nanotron, as far as the recipe knows it; {@linkcode importNanotron} reads it back.
 *
 * @throws {RangeError} If the stages differ in batch or sequence, lack one, or their rates are no one warm-up, hold and decay.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { exportNanotron } from "midtrain/recipe";
 * import { recipeNamed } from "midtrain/recipes";
 *
 * const text = exportNanotron(recipeNamed("smollm3-3b"), { stages: ["stage1", "stage2", "decay"] });
 * assert.match(text, /lr_decay_starting_step: 4198001/);
 * ```
 */
export function exportNanotron(given: Recipe, options: ExportNanotronOptions = {}): string {
  const cannot = "Cannot export a configuration for nanotron";
  takes(cannot, options, "stages?");
  ofKind(cannot, { recipe: given }, "an object with name, stages");
  const names = options.stages ?? given.stages.map(({ name }) => name);
  const stages = names.map((name) => {
    const found = given.stages.find((one) => one.name === name);
    if (!found) {
      throw new RangeError(
        `${cannot} as ${given.name} has no stage ${name}: it has ${
          given.stages.map((one) => one.name).join(", ")
        }`,
      );
    }
    return found;
  });
  const [sequence, batch] = (["sequence", "batchTokens"] as const).map((field) => {
    const values = stages.map((one) => one[field].value);
    must(
      cannot,
      `${field} must be one number in all of ${names.join(", ")}`,
      values.join(", "),
      typeof values[0] === "number" && values.every((value) => value === values[0]),
    );
    return values[0] as number;
  });
  const steps = stages.map(({ name, steps, tokens }) => {
    const count = steps?.value ?? Math.round((tokens.value ?? NaN) / batch);
    must(cannot, `the steps of ${name} must be told`, count, count >= 1);
    return count;
  });
  const starts = steps.map((_, i) => steps.slice(0, i).reduce((sum, count) => sum + count, 0));
  const { name = "adamW", betas, epsilon, weightDecay, clip } = stages[0].optimizer.value ?? {};
  const config: Config = {
    ...stages[0].optimizerKept.value !== undefined &&
      { checkpoints: { load_optimizer: stages[0].optimizerKept.value } },
    data_stages: stages.map(({ name, mixture }, i) => ({
      name,
      start_training_step: starts[i] + 1,
      data: {
        dataset: {
          dataset_folder: mixture.map(({ source }) => source),
          dataset_weights: mixture.map((one) => knownShare(cannot, one)),
        },
      },
    })),
    model: {
      model_config: {
        ...stages[0].rope.value?.theta !== undefined && { rope_theta: stages[0].rope.value.theta },
        ...given.model.layers?.value !== undefined && { num_hidden_layers: given.model.layers.value },
        ...given.model.width?.value !== undefined && { hidden_size: given.model.width.value },
      },
    },
    optimizer: {
      ...clip !== undefined && { clip_grad: clip },
      ...weightDecay !== undefined && { weight_decay: weightDecay },
      learning_rate_scheduler: ratesOf(cannot, stages, starts, batch),
      optimizer_factory: {
        name,
        ...betas && { adam_beta1: betas[0], adam_beta2: betas[1] },
        ...epsilon !== undefined && { adam_eps: epsilon },
      },
    },
    parallelism: { dp: 1 },
    tokens: {
      sequence_length: sequence,
      micro_batch_size: 1,
      batch_accumulation_per_replica: batch / sequence,
      train_steps: starts.at(-1)! + steps.at(-1)!,
    },
  };
  return stringify(config);
}

function configOf(cannot: string, text: string): Config {
  let parsed: unknown;
  try {
    parsed = parse(text);
  } catch {
    throw new SyntaxError(`${cannot} as it must be YAML: it is not`);
  }
  ofKind(cannot, { "the file": parsed }, "an object with data_stages, model, optimizer, parallelism, tokens");
  const config = parsed as Config;
  ofKind(
    cannot,
    { data_stages: config.data_stages },
    "a list of objects with name, start_training_step, data",
  );
  ofKind(
    cannot,
    { tokens: config.tokens },
    "an object with sequence_length, micro_batch_size, batch_accumulation_per_replica, train_steps",
  );
  ofKind(
    cannot,
    { optimizer: config.optimizer },
    "an object with learning_rate_scheduler, optimizer_factory",
  );
  ofKind(cannot, { parallelism: config.parallelism }, "an object with dp");
  ofKind(cannot, { model: config.model }, "an object with model_config");
  return config;
}

function optimizerOf({ optimizer }: Config, locus: string): Stage["optimizer"] {
  const { adam_beta1, adam_beta2, adam_eps, name = "adamW" } = optimizer.optimizer_factory;
  return verified({
    name,
    ...adam_beta1 !== undefined && adam_beta2 !== undefined && { betas: [adam_beta1, adam_beta2] as const },
    ...adam_eps !== undefined && { epsilon: adam_eps },
    ...optimizer.weight_decay !== undefined && { weightDecay: optimizer.weight_decay },
    ...optimizer.clip_grad !== undefined && { clip: optimizer.clip_grad },
  }, `${locus} optimizer`);
}

function mixtureOf(
  { dataset_folder, dataset_weights }: Config["data_stages"][number]["data"]["dataset"],
  locus: string,
  kinds: NonNullable<ImportOptions["kinds"]>,
): MixtureSource[] {
  const folders = Array.isArray(dataset_folder) ? dataset_folder : [dataset_folder];
  const weights = dataset_weights ?? folders.map(() => 1 / folders.length);
  must(
    "Cannot import a configuration of nanotron",
    "there must be a weight for each folder",
    `${weights.length} for ${folders.length}`,
    weights.length === folders.length,
  );
  const share = (value: number): Fact<number> => verified(value, `${locus} dataset_weights`);
  return folders.map((source, i) => ({
    source,
    kind: kindOfSource(source, kinds),
    share: share(weights[i]),
  }));
}

/** The piece of the run's schedule that a stage sees, in tokens; undefined where a decay has begun before it. */
function pieceOf(rates: Rates, first: number, steps: number, batch: number): ScheduleSpec | undefined {
  const { learning_rate: peak, lr_warmup_steps = 0, lr_decay_steps = 0, min_decay_lr: floor = 0 } = rates;
  const begins = lr_decay_steps > 0
    ? Math.max(0, (rates.lr_decay_starting_step ?? lr_warmup_steps) - 1)
    : Infinity;
  const warm = first === 0 && lr_warmup_steps > 0 ? { warmupSteps: lr_warmup_steps * batch } : {};
  if (begins >= first + steps) return { kind: "constant", peak, ...warm };
  // A decay from the end of the warm-up is one with the stage.
  const at = begins <= lr_warmup_steps && first === 0 ? 0 : begins;
  if (at < first) return undefined;
  const shape = SHAPES[rates.lr_decay_style ?? "linear"];
  if (shape === undefined) return undefined;
  const fall = { peak, ...floor > 0 && { floor }, steps: steps * batch, ...warm };
  if (at === first && shape !== "1-sqrt") return { kind: shape, ...fall };
  return { kind: "wsd", ...fall, shape, decaySteps: (first + steps - at) * batch };
}

/** One warm-up, hold and decay out of the stages' pieces. */
function ratesOf(cannot: string, stages: readonly Stage[], starts: readonly number[], batch: number): Rates {
  const specs = stages.map(({ name, schedule }) => {
    must(cannot, `the schedule of ${name} must be told`, "none", schedule.value !== undefined);
    return schedule.value as
      & ScheduleSpec
      & Record<"peak" | "floor" | "steps" | "warmupSteps" | "decaySteps", number | undefined>;
  });
  const [{ peak, warmupSteps = 0 }] = specs;
  const last = specs.at(-1)!;
  const holds = specs.slice(0, -1).every((one) => one.kind === "constant" && one.peak === peak);
  const known = ["constant", "linear", "cosine", "wsd"].includes(last.kind) && last.peak === peak;
  must(
    cannot,
    "the rates must be one warm-up, hold and decay",
    specs.map(({ kind }) => kind).join(", "),
    holds && known,
  );
  const fall = last.kind === "wsd" ? last.decaySteps! : last.steps ?? 0;
  return {
    learning_rate: peak!,
    lr_warmup_steps: warmupSteps / batch,
    lr_warmup_style: "linear",
    ...last.kind === "constant" ? { lr_decay_steps: 0 } : {
      lr_decay_starting_step: starts.at(-1)! + Math.round(((last.steps ?? fall) - fall) / batch) + 1,
      lr_decay_steps: Math.round(fall / batch),
      lr_decay_style: last.kind === "wsd" ? (last as { shape?: string }).shape ?? "linear" : last.kind,
      min_decay_lr: last.floor ?? 0,
    },
  };
}
