/**
 * midtrain: a notebook-style research kit for the mid-training of language models.
 *
 * One room a stage, in the order in which data flows (arXiv:2510.23081): `data` reads and writes formats, `sets` holds public
 * data sets, `collect` turns pages and mails into documents, `synthesize` makes documents from documents with a language model (`llm`),
 * `select` keeps the good ones and `decontaminate` removes what evaluations hold, `mix` decides how much of what, `anneal`
 * trains and decays a model, `laws` predicts how it will end, `evaluate` says what was gained and what forgotten, `figure`
 * draws. `recipe` holds published mid-training as data. `schedule` and `rope` are the learning rates and rotary embeddings they speak of, `run` does
 * long work that a kill does not undo, `native` brings libraries and weights out of packages, `notebook` shows everything in
 * Jupyter.
 *
 * Each room is also a module of its own, for example `midtrain/laws`; importing one loads no other heavy dependency.
 *
 * @example A learning rate
 * ```ts
 * import assert from "node:assert/strict";
 * import { schedule } from "midtrain";
 *
 * assert.equal(schedule.wsd({ peak: 1, steps: 100, decayFraction: 0.2 })(90), 0.5);
 * ```
 * @module
 */
export * as anneal from "./anneal/mod.ts";
export * as base from "./base/mod.ts";
export * as collect from "./collect/mod.ts";
export * as data from "./data/mod.ts";
export * as decontaminate from "./decontaminate/mod.ts";
export * as evaluate from "./evaluate/mod.ts";
export * as figure from "./figure/mod.ts";
export * as laws from "./laws/mod.ts";
export * as llm from "./llm/mod.ts";
export * as mix from "./mix/mod.ts";
export * as native from "./native/mod.ts";
export * as notebook from "./notebook/mod.ts";
export * as recipe from "./recipe/mod.ts";
export * as rope from "./rope/mod.ts";
export * as run from "./run/mod.ts";
export * as schedule from "./schedule/mod.ts";
export * as select from "./select/mod.ts";
export * as sets from "./sets/mod.ts";
export * as synthesize from "./synthesize/mod.ts";
