/** The plan of the tests: documents of very different sizes in three files, worked on twice. */
import { join } from "node:path";
import { documentId } from "../../lib/data/mod.ts";
import type { Merged, Plan } from "../../lib/run/mod.ts";

/** The kind that the tests control by variables. */
export const kind = import.meta.resolve("./_letters.ts");

/** What the files hold. */
export const documents = Array.from({ length: 400 }, (_, i) => ({
  id: documentId("letters", i),
  text: "whale ".repeat(1 + i * i % 97),
  source: "letters",
  meta: {},
}));

/** Two stages, of which the second reads what the first made. */
export const plan: Plan = {
  name: "shout",
  stages: {
    first: { kind, from: ["*.jsonl"], shards: 7 },
    second: { kind, from: "first" },
  },
};

/** A folder with the files. */
export async function filesOfDocuments(): Promise<string> {
  const base = await Deno.makeTempDir();
  for (const [name, from, to] of [["a", 0, 300], ["b", 300, 380], ["c", 380, 400]] as const) {
    const lines = documents.slice(from, to).map((document) => JSON.stringify(document) + "\n");
    await Deno.writeTextFile(`${base}/${name}.jsonl`, lines.join(""));
  }
  return base;
}

/** A folder that is not there yet. */
export async function fresh(): Promise<string> {
  return `${await Deno.makeTempDir()}/run`;
}

/** Run with variables set that the workers see. */
export async function having<T>(variables: Record<string, string>, work: () => Promise<T>): Promise<T> {
  const before = Object.keys(variables).map((name) => [name, Deno.env.get(name)] as const);
  for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
  try {
    return await work();
  } finally {
    for (const [name, value] of before) {
      value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
    }
  }
}

/** All that must not depend on how a plan was run: what stages say they made, and the files themselves. */
export async function bytesOf(folder: string, merged: readonly Merged[]): Promise<string> {
  const parts: string[] = [];
  for (const { folder: stage, outputs } of merged) {
    parts.push(await Deno.readTextFile(join(folder, stage, "merged.json")));
    for (const { shard, name } of outputs) {
      parts.push(await Deno.readTextFile(join(folder, stage, "out", String(shard).padStart(5, "0"), name)));
    }
  }
  return parts.join("\0");
}
