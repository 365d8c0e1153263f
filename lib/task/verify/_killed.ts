/**
 * One work in a process of its own, to be killed: `_killed.ts WORK FOLDER`. It prints a line for each step, and goes on where
 * an earlier process stood.
 * @module
 */
// deno-lint-ignore-file no-console
import { join } from "node:path";
import type { Document } from "../../data/mod.ts";
import type { Method } from "../../synthesize/mod.ts";

const tick = () => console.log("{}");

/** A sequence that a small model can learn, as tokens of a byte tokenizer. */
async function tokens(name: string) {
  const { byteTokenizer, packDocuments } = await import("../../anneal/mod.ts");
  const text = `the ${name} sees the dog and the dog sees the ${name} `.repeat(60);
  return await packDocuments([{ id: name, text, source: name, meta: {} }], byteTokenizer());
}

async function smallModel() {
  const { llamaConfig } = await import("../../anneal/mod.ts");
  return llamaConfig("1M", {
    width: 16,
    layers: 1,
    heads: 1,
    keyValueHeads: 1,
    feedForward: 32,
    context: 16,
  });
}

/** A run of sixty steps with a checkpoint every other one, its options changed. */
async function trained(folder: string, changes: object = {}) {
  const { train } = await import("../../anneal/mod.ts");
  await train({
    config: await smallModel(),
    sources: [await tokens("cat")],
    schedule: () => 1e-3,
    steps: 60,
    batch: 2,
    checkpointEverySteps: 2,
    engine: "traced",
    folder: join(folder, "run"),
    onStep: tick,
    ...changes,
  });
}

/** Questions with their answers, of which these alone count. */
async function answers(options: object = {}) {
  const { byteTokenizer, chatDocuments, packDocuments } = await import("../../anneal/mod.ts");
  const chats = Array.from({ length: 60 }, (_, i) => (
    { id: `${i}`, text: "", source: "sums", meta: { prompt: `${i}+${i % 7}=`, response: `${i + i % 7}` } }
  ));
  const written = chatDocuments(chats, { template: () => ({ before: "", end: "\n" }) });
  return await packDocuments(written, byteTokenizer(), { lossOn: "responses", ...options });
}

export const WORKS: Record<string, (folder: string) => Promise<unknown>> = {
  train: (folder) => trained(folder),
  async "train-answers"(folder) {
    await trained(folder, { sources: [await answers(), await tokens("cat")] });
  },
  async "train-best-fit"(folder) {
    await trained(folder, { sources: [await answers({ bestFit: 16 })], maskDocuments: true });
  },
  async "train-taught"(folder) {
    const { initialCheckpoint, recordTeacher } = await import("../../anneal/mod.ts");
    const teacher = initialCheckpoint(await smallModel(), "teacher");
    // Recorded anew by each process: it goes on where the last one was killed.
    const said = { teacher, folder: join(folder, "teacher"), topK: 8, temperature: 2, onProgress: tick };
    await trained(folder, { sources: [await recordTeacher(await tokens("cat"), said)] });
  },
  "train-muon": (folder) => trained(folder, { muon: {}, undecayed: ["embedding"] }),
  "train-average": (folder) => trained(folder, { ema: 0.9 }),
  // So near the mean that steps are left out all along.
  "train-outliers": (folder) => trained(folder, { skipOutliers: { window: 8, sigmas: 1 } }),
  async "train-fresh"(folder) {
    const { train } = await import("../../anneal/mod.ts");
    const stable = { config: await smallModel(), sources: [await tokens("cat")], batch: 2, steps: 2 };
    const { checkpoint } = await train({ ...stable, schedule: () => 1e-3, engine: "traced" });
    await trained(folder, { config: undefined, from: checkpoint, optimizerState: "fresh" });
  },
  async sweep(folder) {
    const { sweep } = await import("../../run/mod.ts");
    const points = Array.from({ length: 60 }, (_, x) => ({ x }));
    await sweep(points, {
      table: join(folder, "table.jsonl"),
      run: ({ x }) => ({ square: x * x }),
      onProgress: tick,
    });
  },
  async swarm(folder) {
    const { trainSwarm, writeShards, byteTokenizer } = await import("../../anneal/mod.ts");
    const domains: Record<string, { train: string; heldOut: string }> = {};
    for (const name of ["cat", "bird"]) {
      const shards = join(folder, "..", `${name}-shards`);
      domains[name] = { train: shards, heldOut: shards };
      const text = `the ${name} sees the dog `.repeat(100);
      await Deno.stat(shards).catch(() =>
        writeShards(shards, [{ id: name, text, source: name, meta: {} }], { tokenizer: byteTokenizer() })
      );
    }
    const mixtures = Array.from({ length: 24 }, (_, i) => ({ cat: (i + 1) / 26, bird: 1 - (i + 1) / 26 }));
    const options = { folder, domains, config: await smallModel(), steps: 2, batch: 1, windows: 1 };
    await trainSwarm(mixtures, { ...options, measurements: 1, workers: 2, onProgress: tick });
  },
  async synthesize(folder) {
    const { synthesize } = await import("../../synthesize/mod.ts");
    const { writeJsonl } = await import("../../data/mod.ts");
    const model = {
      name: "fixed",
      chat: ({ messages }: { messages: readonly { content: string }[] }) =>
        Promise.resolve({
          text: messages.at(-1)!.content.slice(-80),
          finishReason: "stop" as const,
          usage: { promptTokens: 9, completionTokens: 9 },
          cached: false,
        }),
    };
    const pages = Array.from({ length: 300 }, (_, i): Document => ({
      id: `${i}`,
      text: `Page ${i} says that the river is long and that the bridge over it is old. `.repeat(3),
      source: "pages",
      meta: {},
    }));
    const ask: Method = {
      id: "echo@1",
      kind: "distill",
      build: ({ text }) => [{ messages: [{ role: "user", content: text }], maxTokens: 9, temperature: 0 }],
      read: (answers) => answers.map(({ text }) => ({ text, meta: {} })),
    };
    const run = synthesize(pages, ask, { model, folder, workers: 2, onProgress: tick });
    await writeJsonl(join(folder, "made.jsonl"), run);
  },
  async evaluate(folder) {
    const { evaluate } = await import("../../evaluate/mod.ts");
    const usage = { promptTokens: 1, completionTokens: 1 };
    const questions = Array.from({ length: 400 }, (_, i) => ({ id: `${i}`, asked: `${i} + ${i % 7} =` }));
    const evaluation = await evaluate({
      identity: "scripted",
      loglikelihood: (pairs) =>
        Promise.resolve(pairs.map(({ continuation }) => (
          { logLikelihood: -continuation.length, tokens: 1, greedy: false }
        ))),
      complete: ({ prompt }) => Promise.resolve({ text: prompt, finishReason: "stop", usage, cached: false }),
    }, {
      ...{ name: "sums", title: "Sums", source: "this file", version: 1 },
      async *items() {
        yield* questions;
      },
      forms: {
        text: {
          ...{ source: "this file", shots: 0, draw: "first" },
          ask: ({ asked }) => ({ prompt: asked, stop: ["="], maxTokens: 4, gold: ` ${asked}` }),
        },
      },
      rules: {
        length: {
          ...{ source: "this file", version: 1 },
          grade: (_, text) => ({ score: text.length % 2, extracted: text }),
        },
      },
      leak: ({ asked }) => ({ question: asked, answer: "" }),
    }, { folder, onProgress: tick });
    await Deno.writeTextFile(join(folder, "evaluation.json"), JSON.stringify(evaluation));
  },
  async batch(folder) {
    const { openModel, PendingError } = await import("../../llm/mod.ts");
    globalThis.fetch = () => Promise.resolve(Response.json({ data: [{ id: "scripted" }] }));
    await using model = await openModel({
      kind: "endpoint",
      baseURL: "http://batch.invalid/v1",
      model: "scripted",
      cache: join(folder, "..", "answers.sqlite"),
    });
    await using batch = await model.batch({ folder });
    for (let i = 0; i < 200; i++) {
      await batch.model.chat({ messages: [{ role: "user", content: `Question ${i}` }] }).catch((error) => {
        if (!(error instanceof PendingError)) throw error;
      });
      tick();
    }
  },
  async notebook(folder) {
    const { execute, formatNotebook } = await import("../../notebook/mod.ts");
    const path = join(folder, "work.ipynb");
    const cells = Array.from({ length: 3 }, (_, i) => ({
      cell_type: "code" as const,
      id: `c${i}`,
      metadata: {},
      source: `console.log(${i} + ${i})`,
      outputs: [],
      execution_count: null,
    }));
    const text = formatNotebook({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
    await Deno.writeTextFile(path, text);
    tick();
    const { notebook } = await execute(path, { onProgress: tick });
    const outputs = notebook.cells.map((cell) => "outputs" in cell ? cell.outputs : []);
    await Deno.writeTextFile(join(folder, "outputs.json"), JSON.stringify(outputs));
  },
  async setup(folder) {
    Deno.env.set("MIDTRAIN_CACHE", folder);
    const { ensure } = await import("../../native/mod.ts");
    tick();
    await ensure("lightgbm", { onProgress: tick });
  },
};

if (import.meta.main) {
  const [work, folder] = Deno.args;
  tick();
  await WORKS[work](folder);
}
