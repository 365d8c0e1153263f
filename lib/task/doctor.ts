// deno-lint-ignore-file no-console
/**
 * `deno task doctor [--json] [--strict]`: what is installed, which tensor backend is active, what is missing, and the one
 * command that adds it.
 * @module
 */
import { recommendedDeno, tooOld } from "./_least_deno.ts";
import { task } from "./_task.ts";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { backend } from "../anneal/backend.ts";
import { cacheDir, exists } from "../base/mod.ts";
import {
  artefactOf,
  ARTEFACTS,
  available,
  findCompiler,
  findPip,
  runsHere,
  tensorflowVariant,
} from "../native/mod.ts";

const HELP = `deno task doctor [--json] [--strict]

  --json     one JSON array instead of the table
  --strict   exit with 1 if something is missing that the kit needs`;

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

/** One line of the report. */
export interface Finding {
  /** What was looked for. */
  name: string;
  /**
   * What was found.
   *
   * - `ok`: it is there
   * - `missing`: it is not, and part of the kit does not work without it
   * - `optional`: it is not, and nothing depends on it
   */
  state: "ok" | "missing" | "optional";
  /** In a few words. */
  detail: string;
  /** The one command that adds it. */
  command?: string;
}

/** Examine this machine. Changes nothing and downloads nothing. */
export async function examine(): Promise<Finding[]> {
  return [
    denoFinding(),
    await packages(),
    await pip(),
    await compiler(),
    await gpu(),
    ...await artefacts(),
    await tensors(),
    await languageModel(),
    await jupyter(),
    await mirror(),
    await cache(),
  ].map((finding) => finding.command ? { ...finding, command: typed(finding.command) } : finding);
}

/** Whether this Deno is one that the kit was tried with. */
export function denoFinding(version = Deno.version): Finding {
  const detail = `${version.deno}, TypeScript ${version.typescript}`;
  const wrong = tooOld(version.deno);
  if (wrong === undefined) return { name: "Deno", state: "ok", detail };
  return {
    name: "Deno",
    state: "missing",
    detail: wrong.replace(/^Deno /, ""),
    command: `npx --yes deno@${recommendedDeno} task doctor`,
  };
}

/** A command of Deno for those who have only npx. */
export function typed(command: string, path = Deno.env.get("PATH") ?? ""): string {
  // npx puts its own copy on the path of what it starts.
  const folders = path.split(delimiter).filter((folder) =>
    folder !== "" && !/[\\/](?:_npx|node_modules)[\\/]/.test(folder)
  );
  const program = Deno.build.os === "windows" ? "deno.exe" : "deno";
  if (!command.startsWith("deno ") || folders.some((folder) => existsSync(join(folder, program)))) {
    return command;
  }
  return command.replace(/^deno/, `npx --yes deno@${recommendedDeno}`);
}

async function packages(): Promise<Finding> {
  const { imports } = JSON.parse(await Deno.readTextFile(join(PROJECT, "deno.json"))) as {
    imports: Record<string, string>;
  };
  const wrong: string[] = [];
  let count = 0;
  for (const specifier of Object.values(imports)) {
    const [, name, version] = specifier.match(/^npm:(.+)@([^@]+)$/) ?? [];
    if (name === undefined) continue;
    count++;
    const manifest = join(PROJECT, "node_modules", name, "package.json");
    const found = await exists(manifest) ? JSON.parse(await Deno.readTextFile(manifest)).version : "absent";
    if (found !== version) wrong.push(`${name} must be ${version}: current value is ${found}`);
  }
  const name = "npm packages";
  if (wrong.length === 0) return { name, state: "ok", detail: `${count} of ${count} as pinned` };
  return { name, state: "missing", detail: wrong.join("; "), command: "deno install" };
}

async function pip(): Promise<Finding> {
  const tool = await findPip();
  const name = "pip";
  if (tool) return { name, state: "ok", detail: `${tool.version} (${tool.command.join(" ")})` };
  return {
    name,
    state: "missing",
    detail: "not found; native artefacts come by it",
    command: "apt-get install python3-pip",
  };
}

async function compiler(): Promise<Finding> {
  const tool = await findCompiler();
  const name = "C++ compiler";
  if (tool) return { name, state: "ok", detail: tool.version };
  return {
    name,
    state: "missing",
    detail: "not found; TensorFlow's binding is compiled here",
    command: "apt-get install g++",
  };
}

async function gpu(): Promise<Finding> {
  const name = "NVIDIA GPU";
  const args = ["--query-gpu=name,memory.total", "--format=csv,noheader"];
  try {
    const { success, stdout } = await new Deno.Command("nvidia-smi", { args, stderr: "null" }).output();
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    if (success) return { name, state: "ok", detail: lines.join("; ") };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return { name, state: "optional", detail: "none seen" };
}

async function artefacts(): Promise<Finding[]> {
  const variant = await tensorflowVariant();
  const findings: Finding[] = [];
  for (const name of new Set(ARTEFACTS.map((artefact) => artefact.name))) {
    const artefact = artefactOf(name, variant);
    const title = artefact.variant ? `${name} (${variant})` : name;
    if (!runsHere(artefact)) {
      findings.push({
        name: title,
        state: "optional",
        detail: `not on this platform, ${artefact.elsewhere}`,
      });
    } else if (await available(name, variant)) {
      const versions = artefact.wheels.slice(0, 2).map((wheel) => `${wheel.package} ${wheel.version}`).join(
        ", ",
      );
      findings.push({ name: title, state: "ok", detail: `${versions}: ${artefact.purpose}` });
    } else {
      const command = `deno task setup --only ${name}`;
      findings.push({ name: title, state: "missing", detail: artefact.purpose, command });
    }
  }
  return findings;
}

async function tensors(): Promise<Finding> {
  const name = "tensor backend";
  try {
    return { name, state: "ok", detail: String(await backend()) };
  } catch (error) {
    return {
      name,
      state: "missing",
      detail: (error as Error).message,
      command: "deno task setup --only tensorflow",
    };
  }
}

async function languageModel(): Promise<Finding> {
  const name = "language model";
  const endpoint = Deno.env.get("OPENAI_BASE_URL");
  if (endpoint) {
    const key = Deno.env.get("OPENAI_API_KEY") ? "with a key" : "without a key";
    return { name, state: "ok", detail: `${endpoint} (OPENAI_BASE_URL), ${key}` };
  }
  if (await available("smollm2")) {
    return { name, state: "ok", detail: "embedded SmolLM2-135M-Instruct, for demonstrations" };
  }
  return {
    name,
    state: "missing",
    detail: "neither OPENAI_BASE_URL nor the embedded one",
    command: "deno task setup --only smollm2",
  };
}

async function jupyter(): Promise<Finding> {
  const name = "JupyterLab";
  if (await exists(cacheDir("jupyter"))) return { name, state: "ok", detail: cacheDir("jupyter") };
  return {
    name,
    state: "optional",
    detail: "not installed; notebooks run without it",
    command: "deno task lab",
  };
}

async function mirror(): Promise<Finding> {
  const name = "data mirror";
  const own = Deno.env.get("MIDTRAIN_MIRROR");
  if (own) {
    if (await exists(own)) return { name, state: "ok", detail: `${own} (MIDTRAIN_MIRROR)` };
    return { name, state: "missing", detail: `MIDTRAIN_MIRROR must be a folder: current value is ${own}` };
  }
  const beside = join(PROJECT, "..", "shared", "mirror");
  if (await exists(beside)) return { name, state: "ok", detail: beside };
  return {
    name,
    state: "optional",
    detail: "none; public data sets are fetched from the network when asked for",
  };
}

async function cache(): Promise<Finding> {
  const folder = cacheDir();
  if (!await exists(folder)) return { name: "cache", state: "ok", detail: `${folder}, empty` };
  const parts: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    parts.push(`${entry.name} ${(await bytesOf(join(folder, entry.name)) / 1e6).toFixed(0)} MB`);
  }
  return { name: "cache", state: "ok", detail: `${folder}: ${parts.sort().join(", ")}` };
}

async function bytesOf(path: string): Promise<number> {
  const { isDirectory, size } = await Deno.lstat(path);
  if (!isDirectory) return size;
  let bytes = 0;
  for await (const entry of Deno.readDir(path)) bytes += await bytesOf(join(path, entry.name));
  return bytes;
}

/** The report as text, one finding a line and its command below it. */
export function table(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map((finding) => finding.name.length));
  const mark = { ok: "✓", missing: "✗", optional: "–" };
  return findings.flatMap(({ name, state, detail, command }) => [
    `${mark[state]} ${name.padEnd(width)}  ${detail}`,
    ...command ? [`  ${" ".repeat(width)}  → ${command}`] : [],
  ]).join("\n");
}

if (import.meta.main) {
  await task({
    help: HELP,
    flags: { json: "switch", strict: "switch" },
    run: async ({ json, strict }) => {
      const findings = await examine();
      console.log(json ? JSON.stringify(findings, null, 2) : table(findings));
      return strict && findings.some((finding) => finding.state === "missing") ? 1 : 0;
    },
  });
}
