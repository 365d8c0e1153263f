import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Random, sha256, sha256File } from "../../base/mod.ts";
import { documentId } from "../../data/mod.ts";
import type { Merged, Plan, PlanStage } from "../../run/mod.ts";
import { dolmaSamples, spamAssassin } from "../../sets/mod.ts";

const TASK = fileURLToPath(new URL("../plan.ts", import.meta.url));

/** How a command ended. */
export interface Ended {
  code: number;
  said: string;
  errors: string;
}

/** `deno task plan`, as a process that has begun. */
export function begin(args: readonly string[], env: Record<string, string> = {}): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", TASK, ...args],
    env,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** `deno task plan`, to its end. */
export async function plan(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const { code, stdout, stderr } = await begin(args, env).output();
  const decoder = new TextDecoder();
  return { code, said: decoder.decode(stdout), errors: decoder.decode(stderr) };
}

/** The last line that a command wrote to its standard error. */
export function lastLine({ errors }: Ended): string {
  return errors.trim().split("\n").at(-1) ?? "";
}

/** Write the plan that all engines run: web archives, mails and made-up documents, from files to tokens. */
export async function writePlan(folder: string, documents: number): Promise<{ path: string; plan: Plan }> {
  const records = join(folder, "records.jsonl");
  await Deno.writeTextFile(records, ReadableStream.from(madeUp(documents)));
  const archives = (await dolmaSamples.paths()).filter((path) => path.endsWith(".warc.gz"));
  const mails = (await spamAssassin.paths()).filter((path) => path.endsWith(".txt"));
  const items = join(folder, "items.jsonl");
  await Deno.writeTextFile(
    items,
    `{"question":"How many whales are in word12 word40 word77?","answer":"three"}\n`,
  );
  const near: Record<string, PlanStage> = {
    keys: { kind: "near-keys", from: "mails", parameters: { parts: 4 } },
    pairs: { kind: "near-pairs", from: "keys", parameters: { parts: 4 } },
    clusters: { kind: "near-clusters", from: { documents: "mails", pairs: "pairs" } },
    unique: { kind: "near-keep", from: { documents: "mails", clusters: "clusters" } },
  };
  const plan: Plan = {
    name: "verify",
    stages: {
      pages: {
        kind: "read",
        from: await Promise.all(archives.map((path) => dolmaSamples.file(path))),
        parameters: { as: "warc" },
        shards: 2,
      },
      good: { kind: "rules", from: "pages", parameters: { rules: ["gopher-quality", "c4"] } },
      mails: {
        kind: "read",
        from: await Promise.all(mails.map((path) => spamAssassin.file(path))),
        parameters: { as: "mail" },
        shards: 6,
      },
      ...near,
      records: { kind: "read", from: [records], shards: 8 },
      clean: { kind: "decontaminate", from: { documents: "records", items: [items] } },
      tokens: { kind: "tokenize", from: "clean" },
    },
  };
  const path = join(folder, "plan.json");
  await Deno.writeTextFile(path, JSON.stringify(plan));
  return { path, plan };
}

/** Documents that nobody wrote, a line each. */
function* madeUp(count: number): Generator<string> {
  const random = new Random("made up");
  let lines = "";
  for (let i = 0; i < count; i++) {
    const words = Array.from({ length: 4 + random.int(24) }, () => `word${random.int(100)}`);
    const document = { id: documentId("made-up", i), text: words.join(" "), source: "made-up", meta: {} };
    lines += JSON.stringify(document) + "\n";
    if (lines.length > 1 << 20) {
      yield lines;
      lines = "";
    }
  }
  yield lines;
}

/** What each stage of a run says that it made, by the stages' names. */
export async function mergedOf(run: string): Promise<Record<string, Merged>> {
  const { stages } = JSON.parse(await Deno.readTextFile(join(run, "plan.json")));
  const merged: Record<string, Merged> = {};
  for (const { stage, folder } of stages) {
    merged[stage] = JSON.parse(await Deno.readTextFile(join(run, folder, "merged.json")));
  }
  return merged;
}

/** The hash of all that a run made: the stages' own word, and their files as they lie there. */
export async function digestOf(run: string): Promise<string> {
  const parts: string[] = [];
  for (const merged of Object.values(await mergedOf(run))) {
    parts.push(JSON.stringify(merged));
    for (const { shard, name } of merged.outputs) {
      parts.push(await sha256File(join(run, merged.folder, "out", String(shard).padStart(5, "0"), name)));
    }
  }
  return sha256(parts.join("\n")).slice(0, 12);
}

/** What is left of attempts beside those that made the shards. */
export async function leftovers(run: string): Promise<string[]> {
  const left: string[] = [];
  for (const { folder, outputs } of Object.values(await mergedOf(run))) {
    const names = (await Array.fromAsync(Deno.readDir(join(run, folder)))).map(({ name }) => name);
    left.push(...names.filter((name) => name.includes("partial")));
    const shards = new Set(outputs.map(({ shard }) => String(shard).padStart(5, "0")));
    for (const shard of shards) {
      const attempts = await Array.fromAsync(Deno.readDir(join(run, folder, "shards", shard)));
      let full = 0;
      for (const { name } of attempts) {
        const inside = await Array.fromAsync(Deno.readDir(join(run, folder, "shards", shard, name)));
        if (inside.some(({ name }) => name === "out" || name === "in")) full++;
      }
      if (full !== 1) left.push(`${folder} ${shard}: ${full} attempts with files`);
    }
  }
  return left;
}
