import type { ScheduleSpec } from "../schedule/mod.ts";
import type { SourceKind } from "../mix/mod.ts";
import type { Fact } from "./fact.ts";

/** What a stage is for. */
export type StageKind = "pretrain" | "mid" | "decay" | "context" | "reasoning" | "probe";

/** An ability that a recipe aims at, in the words of the survey's table of objectives (arXiv:2510.23081). */
export type Objective =
  | "knowledge"
  | "mathematics"
  | "code"
  | "reasoning"
  | "instruction"
  | "long context"
  | "multilingual"
  | "agents";

/** The objectives in the order of the table's columns. */
export const objectives: readonly Objective[] = [
  "knowledge",
  "mathematics",
  "code",
  "reasoning",
  "instruction",
  "long context",
  "multilingual",
  "agents",
];

/** Batch sizes that step up: from which number of tokens of the stage on each holds. */
export type BatchSteps = readonly { from: number; batch: number }[];

/** An optimizer as far as it is told. */
export interface OptimizerFacts {
  /** Its name: AdamW, SkipStepAdamW, MuonClip. */
  name: string;
  /** The decays of the moments. */
  betas?: readonly [number, number];
  /** Added to the denominator. */
  epsilon?: number;
  /** Decoupled weight decay. */
  weightDecay?: number;
  /** What is not decayed. */
  notDecayed?: string;
  /** The norm that gradients are clipped to. */
  clip?: number;
  /** The weight of the z-loss. */
  zLoss?: number;
}

/** Rotary embeddings of a stage. */
export interface RopeFacts {
  /** The base, where it is told. */
  theta?: number;
  /** How the stage came to them; `adjusted-base` is a larger base, `removed` no rotation any more. @default {"none"} */
  method?: "none" | "adjusted-base" | "position-interpolation" | "yarn" | "removed";
  /** By how much positions are stretched, for interpolation and YaRN. */
  factor?: number;
  /** YaRN's fast and slow bounds, in rotations. */
  betas?: readonly [number, number];
  /** Where it holds. @default {all layers} */
  layers?: string;
}

/** How checkpoints become one. */
export interface MergeFacts {
  /** How: the mean of runs, a mean over the end of one run, or weights given. */
  method: "mean of runs" | "mean of checkpoints" | "weighted" | "decay by merging";
  /** What goes in, each with the seed and the data of its run where they are told. */
  of: readonly { run: string; seed?: number; data?: string; weight?: number }[];
}

/** One source of a stage's mixture. */
export interface MixtureSource {
  /** What it is called in its publication. */
  source: string;
  /** What kind of text it is. */
  kind: SourceKind;
  /** Its weight as published: a share of 1, but for what their sum strays from it. */
  share: Fact<number>;
  /** Unique tokens at hand. */
  pool?: Fact<number>;
  /** Whether chat templates with special tokens stand in it. */
  chatTokens?: boolean;
  /** Benchmarks whose items were found in it. */
  holds?: readonly string[];
}

/** A score before and after a stage. */
export interface Measured {
  /** The benchmark. */
  benchmark: string;
  /** Before the stage. */
  before?: number;
  /** After it. */
  after: number;
}

/** One stage of training. Learning rates are over the stage's own tokens, so that no batch need be known to draw them. */
export interface Stage {
  /** What it is called; unique in its recipe, and without a dot. */
  name: string;
  /** What it is for. */
  kind: StageKind;
  /** Tokens trained on, of one run. */
  tokens: Fact<number>;
  /** Optimiser steps. */
  steps?: Fact<number>;
  /** Tokens a step, fixed or in steps. */
  batchTokens: Fact<number | BatchSteps>;
  /** Tokens of a sequence. */
  sequence: Fact<number>;
  /** The learning rate; what a schedule calls steps are tokens of the stage here. */
  schedule: Fact<ScheduleSpec>;
  /** The warm-up in both units, where two sources give it in different ones. */
  warmup?: Fact<{ tokens: number; steps: number }>;
  /** The optimizer. */
  optimizer: Fact<OptimizerFacts>;
  /** Whether the optimizer's state of the stage before was loaded. */
  optimizerKept: Fact<boolean>;
  /** Rotary embeddings. */
  rope: Fact<RopeFacts>;
  /** What it ran on. */
  hardware?: Fact<string>;
  /** How documents share a sequence. */
  packing?: Fact<string>;
  /** The stage that it goes on from. @default {the one before} */
  after?: string;
  /** Where the weights come from, where that is not the end of the stage before. */
  from?: Fact<string>;
  /** How its runs become one checkpoint. */
  merge?: Fact<MergeFacts>;
  /** What it is trained on; empty where nobody says. */
  mixture: readonly MixtureSource[];
  /** What it did to benchmarks. */
  evaluation?: readonly Fact<Measured>[];
}

/** A rule that a scaled run must hold, set before it runs. */
export interface Criterion {
  /** The suite of bits per byte that is looked at. */
  suite: Objective | "web";
  /** `down`: it must fall by `by`; `not up`: it may rise by `by` at most. */
  direction: "down" | "not up";
  /** Bits per byte. */
  by: number;
  /** Where the rule comes from. @default {the kit's own} */
  locus?: string;
}

/** A published mid-training as data. */
export interface Recipe {
  /** Its name: small letters, digits, dots and dashes. */
  name: string;
  /** The model. */
  model: { name: string; parameters: Fact<number>; layers?: Fact<number>; width?: Fact<number> };
  /** What its mid-training aims at. */
  objectives: readonly Objective[];
  /** The stages, in their order. */
  stages: readonly Stage[];
  /** What a scaled run of it must show. */
  criteria: readonly Criterion[];
  /** What was read: a paper, a repository at its commit. */
  sources: readonly string[];
  /** What a reader must know before anything else. @default {nothing} */
  note?: string;
}
