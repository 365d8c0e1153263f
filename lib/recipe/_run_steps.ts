import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exists, sha256, writeAtomic } from "../base/mod.ts";
import type { ScaledStage } from "./scaled_recipe.ts";

/** What a step of a run is made from; its folder is named by its hash. */
export interface StepInputs {
  /** The stage's numbers: rates, batch, context, optimizer, mixture. */
  stage: Omit<ScaledStage, "epochs">;
  /** The model's shape. */
  model: Record<string, number>;
  /** The SHA-256 of each pool's tokens. */
  pools: Record<string, string>;
  /** Names the order of the data. */
  seed: string;
  /** The step that it goes on from; none for the first. */
  after?: string;
  /** The SHA-256 of the code that trains. */
  code: string;
}

/** One stage of one arm with one seed. */
export interface RunStep {
  /** The stage. */
  stage: string;
  /** The recipe's mixture, or that of pre-training as a control; the first stage is of both. */
  arm: "both" | "recipe" | "control";
  /** The seed, and the number of the run where several are merged. */
  seed: string;
  /** Its folder's name. */
  folder: string;
  /** Optimiser steps. */
  steps: number;
  /** Whether it is done, and where it is not, why it runs. */
  state: "done" | "to run";
  /** Why it runs. */
  why: string;
  /** What it is made from. */
  inputs: StepInputs;
}

/** The file that says that a step is done, and what it was made from. */
const MARKER = "done.json";

/** A step by what it is made from, with its state in a folder. */
export async function stepOf(
  out: string,
  named: Pick<RunStep, "stage" | "arm" | "seed" | "steps">,
  inputs: StepInputs,
): Promise<RunStep> {
  const label = `${named.stage}-${named.arm}-${named.seed}`;
  const folder = `${label}-${sha256(JSON.stringify(inputs)).slice(0, 12)}`;
  const done = await exists(join(out, folder, MARKER));
  const why = done ? "" : await reason(out, label, inputs);
  return { ...named, folder, inputs, state: done ? "done" : "to run", why };
}

/** Say that a step is done. */
export async function markDone(out: string, { folder, inputs }: RunStep): Promise<void> {
  await writeAtomic(join(out, folder, MARKER), JSON.stringify({ inputs }, null, 1) + "\n");
}

/** What differs from the last time that such a step was done. */
async function reason(out: string, label: string, inputs: StepInputs): Promise<string> {
  if (!await exists(out)) return "it was not done yet";
  const earlier: { time: number; inputs: StepInputs }[] = [];
  for (const name of await readdir(out)) {
    const path = join(out, name, MARKER);
    if (!name.startsWith(`${label}-`) || !await exists(path)) continue;
    const { mtime } = await Deno.stat(path);
    earlier.push({ time: mtime?.getTime() ?? 0, inputs: JSON.parse(await readFile(path, "utf8")).inputs });
  }
  const last = earlier.sort((a, b) => b.time - a.time)[0];
  if (last === undefined) return "it was not done yet";
  const names: Record<string, string> = {
    after: "the step before it",
    code: "the code",
    pools: "the text",
    model: "the model",
    seed: "the seed",
  };
  const changed = Object.entries(names).filter(([key]) =>
    differ(inputs[key as keyof StepInputs], last.inputs[key as keyof StepInputs])
  )
    .map(([, words]) => words);
  for (const key of Object.keys({ ...inputs.stage, ...last.inputs.stage }) as (keyof StepInputs["stage"])[]) {
    if (differ(inputs.stage[key], last.inputs.stage[key])) changed.push(`its ${key}`);
  }
  return `${changed.join(", ")} changed`;
}

function differ(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) !== JSON.stringify(b);
}

let codeHash: string | undefined;

/** The SHA-256 of the code that a step's result depends on: training, and what it stands on. */
export async function codeOf(): Promise<string> {
  if (codeHash !== undefined) return codeHash;
  const root = fileURLToPath(new URL("../", import.meta.url));
  const texts: string[] = [];
  for (const room of ["anneal", "rope"]) {
    for (const name of (await readdir(`${root}${room}`)).sort()) {
      if (/(?<!\.d)\.[jt]s$/.test(name)) texts.push(await readFile(`${root}${room}/${name}`, "utf8"));
    }
  }
  return codeHash = sha256(texts.join("\n"));
}
