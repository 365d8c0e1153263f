/** What the tests of plans run: documents in capitals, and how many letters they have. Variables make a shard fail. */
import { join } from "node:path";
import { readDocuments, writeJsonl } from "../../lib/data/mod.ts";
import type { StageWork } from "../../lib/run/mod.ts";

/** Whether a variable names this shard, and has not done so before where a file counts. */
async function asked(variable: string, shard: number): Promise<boolean> {
  const [shards = "", once] = (Deno.env.get(variable) ?? "").split("@");
  if (!shards.split(",").includes(String(shard))) return false;
  if (once === undefined) return true;
  try {
    await Deno.mkdir(`${once}-${shard}`);
    return true;
  } catch {
    return false;
  }
}

const work: StageWork = {
  name: "letters",
  version: "1",
  reads: { documents: { how: "divided", file: () => "documents.jsonl" } },
  async work({ index, inputs, out }) {
    if (await asked("LETTERS_DIES_AT", index)) Deno.kill(Deno.pid, "SIGKILL");
    if (await asked("LETTERS_FULL_AT", index)) {
      throw Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
    }
    if (await asked("LETTERS_WRONG_AT", index)) throw new TypeError("x is undefined");
    if (await asked("LETTERS_WAITS_AT", index)) await new Promise((resolve) => setTimeout(resolve, 60_000));
    const counts = { documents: 0, letters: 0 };
    async function* capitals() {
      for (const { path, name } of inputs.documents) {
        for await (const document of readDocuments(path, { source: name })) {
          counts.documents++;
          counts.letters += document.text.length;
          yield { ...document, text: document.text.toUpperCase() };
        }
      }
    }
    await writeJsonl(join(out, "documents.jsonl"), capitals());
    // deno-lint-ignore no-console -- into the attempt's log
    console.log(`shard ${index} has ${counts.documents} documents`);
    return counts;
  },
};

export default work;
