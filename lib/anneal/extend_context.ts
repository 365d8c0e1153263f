import { isDeepStrictEqual } from "node:util";
import { must, notNumber, ofKind, oneOf, takes } from "../base/mod.ts";
import { llama3, ntkByParts, positionInterpolation, type Rope, yarn } from "../rope/mod.ts";
import { type Checkpoint, describedCheckpoint } from "./checkpoint.ts";
import { MODEL_TYPES } from "./_model_types.ts";
import { checkConfig } from "./config.ts";
import { typeOf } from "./config_json.ts";
import { type LlamaConfig, partsOf } from "./parts.ts";

/**
 * How a model is taken to a longer context; the methods of `midtrain/rope`.
 *
 * - `none`: the frequencies stay, positions beyond the old context are new to the model
 * - `adjusted-base`: another base, given as `base`
 * - `position-interpolation`: every frequency over the factor
 * - `ntk-aware`: the base that interpolates the slowest pair by the factor and the fastest by none
 * - `ntk-by-parts`, `yarn`, `llama3`: slow pairs are interpolated, fast ones kept
 */
export type ContextMethod =
  | "none"
  | "adjusted-base"
  | "position-interpolation"
  | "ntk-aware"
  | "ntk-by-parts"
  | "yarn"
  | "llama3";

/** Options of {@linkcode extendContext}. */
export interface ExtendContextOptions {
  /** The new context, in tokens; above the model's. */
  context: number;
  /** What becomes of the rotary frequencies. @default {"yarn"} */
  method?: ContextMethod;
  /** The new base of `adjusted-base`. */
  base?: number;
}

const METHODS: Record<ContextMethod, (stretch: Stretch, newBase?: number) => Partial<LlamaConfig>> = {
  "none": () => ({}),
  "adjusted-base": (_stretch, newBase) => ({ ropeBase: newBase! }),
  "position-interpolation": (stretch) =>
    frequencies(positionInterpolation(stretch), { rope_type: "linear", factor: stretch.factor }),
  // As a base, which every reader of `rope_theta` knows.
  "ntk-aware": ({ base, factor, dimensions: d }) => ({ ropeBase: base * factor ** (d / (d - 2)) }),
  // Hugging Face has no name for it.
  "ntk-by-parts": (stretch) => frequencies(ntkByParts(stretch)),
  "yarn": (stretch) => frequencies(yarn(stretch), scaling("yarn", stretch)),
  "llama3": (stretch) =>
    frequencies(llama3(stretch), {
      ...scaling("llama3", stretch),
      low_freq_factor: 1,
      high_freq_factor: 4,
    }),
};

/** What the methods look at. */
interface Stretch {
  dimensions: number;
  base: number;
  factor: number;
  originalContext: number;
}

/**
 * The same model at a longer context: parameters, optimiser state and the place in the data stay, the rotary frequencies
 * change. Go on training from it to let the model get used to them.
 *
 * Steps in a row: `adjusted-base` and `ntk-aware` change the base once more; `position-interpolation`, `yarn` and `llama3` again
 * stretch the frequencies that the model had before its first extension, by the whole factor. {@linkcode extendInStages} trains
 * and measures between them.
 *
 * @throws {RangeError} If the context is not longer, the frequencies are those of another method, or an option is out of range.
 * @example Four times the context by YaRN
 * ```ts
 * import assert from "node:assert/strict";
 * import { extendContext, initialCheckpoint, llamaConfig } from "midtrain/anneal";
 *
 * const short = initialCheckpoint(llamaConfig("1M", { layers: 1, feedForward: 32 }), 1);
 * const { config } = extendContext(short, { context: 1024, method: "yarn" });
 * assert.equal(config.context, 1024);
 * assert.deepEqual(config.rope!.scaling, { rope_type: "yarn", factor: 4, original_max_position_embeddings: 256 });
 * ```
 */
export function extendContext(checkpoint: Checkpoint, options: ExtendContextOptions): Checkpoint {
  const cannot = "Cannot extend the context";
  takes(cannot, options, "context, method?, base?");
  ofKind(cannot, { checkpoint }, "an object with config, weights");
  const { config } = checkpoint;
  const { context, method = "yarn", base } = options;
  oneOf(cannot, { method }, METHODS);
  must(
    cannot,
    `context must be a whole number above the model's ${config.context}`,
    notNumber(context),
    Number.isSafeInteger(context) && context > config.context,
  );
  const originalContext = originalContextOf(config, method);
  must(
    cannot,
    `the model must have plain frequencies, or those that ${method} gives`,
    describe(config.rope),
    originalContext !== undefined,
  );
  must(
    cannot,
    "base must be a finite number > 1 for adjusted-base, and left out for other methods",
    base,
    method === "adjusted-base" ? base! > 1 && base! < Infinity : base === undefined,
  );
  const changes = METHODS[method]({
    dimensions: partsOf(config).rotaryWidth,
    base: config.ropeBase,
    factor: context / originalContext!,
    originalContext: originalContext!,
  }, base);
  const { slidingWindow } = config;
  // Layers that slide never look further than before: where files can say so, their frequencies stay (OLMo 3, Gemma 3).
  const apart = slidingWindow && method !== "none" && MODEL_TYPES[typeOf(config)].rope !== undefined;
  const kept = apart && { slidingWindow: { ropeBase: config.ropeBase, ...slidingWindow } };
  const longer = checkConfig({ ...config, ...changes, ...kept, context });
  return describedCheckpoint({ ...checkpoint, config: longer });
}

/** The context that a method stretches: the model's, or where it has been stretched by the same method the one before. */
function originalContextOf(config: LlamaConfig, method: ContextMethod): number | undefined {
  const { rope, context, ropeBase } = config;
  if (rope === undefined) return context;
  const { factor, original_max_position_embeddings: said } = rope.scaling ?? {};
  if (typeof factor !== "number" || !(factor > 1)) return;
  const originalContext = typeof said === "number" ? said : context / factor;
  const stretch = { dimensions: partsOf(config).rotaryWidth, base: ropeBase, factor, originalContext };
  return isDeepStrictEqual(METHODS[method](stretch, ropeBase).rope, rope) ? originalContext : undefined;
}

function frequencies(
  { inverseFrequencies, attentionFactor }: Rope,
  scaling?: Record<string, unknown>,
): Pick<LlamaConfig, "rope"> {
  return { rope: { inverseFrequencies, attentionFactor, ...(scaling && { scaling }) } };
}

function scaling(type: string, { factor, originalContext }: Stretch): Record<string, unknown> {
  return { rope_type: type, factor, original_max_position_embeddings: originalContext };
}

function describe(rope: LlamaConfig["rope"]): string {
  return rope?.scaling ? JSON.stringify(rope.scaling) : "frequencies given one by one";
}
