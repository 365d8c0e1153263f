import { answered, type Loose, type Mistake } from "./_mistakes.ts";

const { constant, cosine, fromRates, sampleSchedule, scaled, scheduleFromJson, sequence, wsd }: Loose =
  await import("midtrain/schedule");
const { ropeFromConfig, rotate, yarn }: Loose = await import("midtrain/rope");
const { llamaConfig }: Loose = await import("midtrain/anneal");

const llama = llamaConfig("1M");

const mistakes: Mistake[] = [
  [
    () => wsd(1e-3, 1000),
    "Cannot build a WSD schedule as its options must be an object with steps, peak: current value is 0.001",
  ],
  [() => wsd({ peak: 1e-3 }), "Cannot build a WSD schedule as steps must be given: it is not"],
  [
    () => wsd({ lr: 1e-3, steps: 1000 }),
    "Cannot build a WSD schedule as there is no option lr: did you mean peak?",
  ],
  [
    () => wsd({ peak_lr: 1e-3, steps: 1000 }),
    "Cannot build a WSD schedule as there is no option peak_lr: did you mean peak?",
  ],
  [
    () => wsd({ learningRate: 1e-3, steps: 1000 }),
    "Cannot build a WSD schedule as there is no option learningRate: did you mean peak?",
  ],
  [
    () => wsd({ peak: 1e-3, total_steps: 1000 }),
    "Cannot build a WSD schedule as there is no option total_steps: did you mean steps?",
  ],
  [
    () => wsd({ peak: "1e-3", steps: 1000 }),
    "Cannot build a WSD schedule as peak must be a number: current value is 1e-3",
  ],
  [
    () => wsd({ peak: 1e-3, steps: 1000n }),
    "Cannot build a WSD schedule as steps must be a whole number >= 1: current value is 1000n, a bigint: Number(it) is a number",
  ],
  [
    () => wsd({ peak: 1e-3, steps: Infinity }),
    "Cannot build a WSD schedule as steps must be a whole number >= 1: current value is Infinity",
  ],
  [
    () => wsd({ peak: 1e-3, steps: 1000, warmup_ratio: 0.1 }),
    "Cannot build a WSD schedule as there is no option warmup_ratio: did you mean warmupSteps?",
  ],
  [
    () => wsd({ peak: 1e-3, steps: 1000, warmup: 100 }),
    'Cannot build a warm-up as warmup must be "from-zero", "from-first", "linspace", "from-hundredth" or "cosine": current value is "100"',
  ],
  [
    () => wsd({ peak: 1e-3, steps: 1000, warmupSteps: 0.1 }),
    "Cannot build a WSD schedule as warmupSteps must be a whole number >= 0: current value is 0.1",
  ],
  [
    () => wsd({ peak: 1e-3, steps: 1000, decayFraction: 20 }),
    "Cannot build a WSD schedule as decayFraction must be in (0, 1]: current value is 20",
  ],
  [
    () => wsd({ peak: 1e-3, steps: 1000, decay: "cosine" }),
    "Cannot build a WSD schedule as there is no option decay: known are steps, peak, decaySteps, decayFraction, shape, floor, warmupSteps, warmup",
  ],
  [
    () => wsd({ peak: 1e-3, steps: 1000, shape: "sqrt" }),
    'Cannot build a decay as shape must be one of linear, cosine, mirror-cosine, exponential, 1-sqrt, power-0.5, square, power-1.5, power-2, inverse, or power-p with p > 0, such as power-3: current value is "sqrt"',
  ],
  [
    () => wsd({ peak: 1e-3, steps: 1000, minLr: 1e-5 }),
    "Cannot build a WSD schedule as there is no option minLr: did you mean floor?",
  ],
  [
    () => cosine(),
    "Cannot build a cosine schedule as its options must be an object with steps, peak: current value is undefined",
  ],
  [
    () => cosine({ peak: 1e-3, T_max: 1000 }),
    "Cannot build a cosine schedule as there is no option T_max: did you mean steps?",
  ],
  [
    () => cosine({ peak: 1e-3, steps: 1000, floor: 1e-2 }),
    "Cannot build a cosine schedule as floor must be in [0, 0.001]: current value is 0.01",
  ],
  [
    () => sampleSchedule("cosine", 100),
    "Cannot sample a schedule as schedule must be a function: current value is a text: give the function itself",
  ],
  [
    () => sampleSchedule(cosine, 100),
    "Cannot build a cosine schedule as its options must be an object with steps, peak: current value is 0",
  ],
  [
    () => sampleSchedule({ peak: 1e-3, steps: 100 }, 100),
    "Cannot sample a schedule as schedule must be a function: current value is an object",
  ],
  [
    () => sampleSchedule(cosine({ peak: 1e-3, steps: 100 })),
    "Cannot sample a schedule as steps must be a whole number in [0, 1000000000]: current value is undefined",
  ],
  [
    () => sampleSchedule(cosine({ peak: 1e-3, steps: 100 }), { steps: 100 }),
    "Cannot sample a schedule as steps must be a whole number in [0, 1000000000]: current value is an object",
  ],
  [
    () => sampleSchedule([1e-3, 5e-4], 2),
    "Cannot sample a schedule as schedule must be a function: current value is a list",
  ],
  [
    () => scheduleFromJson("cosine"),
    "Cannot build a schedule as spec must be an object: current value is a text: give the object itself",
  ],
  [
    () => scheduleFromJson({ kind: "one-cycle", peak: 1e-3 }),
    "Cannot build a one-cycle schedule as steps must be given: it is not",
  ],
  [
    () => scheduleFromJson({ type: "cosine", peak: 1e-3, steps: 10 }),
    "Cannot build a schedule as kind must be one of constant, linear, cosine, half-cosine, exponential, exponential-rate, inverse-square-root, power, power-of-tokens, wsd, wsd-simplified, multi-step, 8-1-1, two-stage, cyclic-cosine, cosine-with-linear-tail, one-cycle, scaled, sequence: it lacks kind and has type, peak, steps",
  ],
  [
    () => sequence(cosine({ peak: 1e-3, steps: 100 }), constant({ peak: 1e-3 })),
    "Cannot build a sequence as parts must be a list of objects with schedule: current value is a function",
  ],
  [
    () => sequence([cosine({ peak: 1e-3, steps: 100 })]),
    "Cannot build a sequence as parts[0] must be an object with schedule: current value is a function",
  ],
  [
    () => scaled("cosine", 2),
    "Cannot build a scaled schedule as schedule must be a function: current value is a text: give the function itself",
  ],
  [
    () => fromRates(1e-3),
    "Cannot build a schedule from rates as rates must be a list of numbers: current value is 0.001",
  ],
  [
    () => fromRates(["1e-3"]),
    "Cannot build a schedule from rates as rates[0] must be a number: current value is a text",
  ],
  [
    () => ropeFromConfig("llama"),
    "Cannot read a rotary embedding as the configuration must be an object: it is llama",
  ],
  [
    () => ropeFromConfig(llama),
    "Cannot read a rotary embedding as its field ropeBase is not known: known are rope_theta, rope_scaling, rope_parameters, rope_local_base_freq, global_rope_theta, local_rope_theta, layer_rope_theta, partial_rotary_factor, rotary_pct, rope_pct, rotary_emb_fraction, rotary_emb_base, rotary_dim, rope_ratio, qk_rope_head_dim",
  ],
  [
    () => ropeFromConfig({ rope_theta: 1e4 }),
    "Cannot read a rotary embedding as the configuration lacks head_dim, and hidden_size and num_attention_heads to derive it",
  ],
  [
    () => ropeFromConfig({ head_dim: 64, rope_theta: "10000" }),
    'Cannot read a rotary embedding as rope_theta must be a finite number: current value is the text "10000"',
  ],
  [
    () => ropeFromConfig({ head_dim: 64, rope_scaling: "yarn" }),
    "Cannot read a rotary embedding as rope_scaling must be an object: current value is yarn",
  ],
  [
    () => ropeFromConfig({ head_dim: 64, rope_scaling: { type: "yarm", factor: 4 } }),
    'Cannot read a rotary embedding as rope_type must be one of default, linear, proportional, dynamic, llama3, yarn, longrope: current value is "yarm"',
  ],
  [
    () => yarn({ dim: 64, factor: 4, originalContext: 2048 }),
    "Cannot extend a rotary embedding as there is no option dim: did you mean dimensions?",
  ],
  [
    () => yarn({ dimensions: 64, factor: 4, original_max_position_embeddings: 2048 }),
    "Cannot extend a rotary embedding as there is no option original_max_position_embeddings: did you mean originalContext?",
  ],
  [
    () => yarn(4),
    "Cannot extend a rotary embedding as its options must be an object with dimensions, factor, originalContext: current value is 4",
  ],
  [
    () => rotate([1, 2], 3),
    "Cannot rotate a vector as its options must be an object with rope, layout: current value is undefined",
  ],
];

answered(mistakes);
