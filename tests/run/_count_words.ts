/** What the tests of runJob() run: the words of Moby-Dick, a shard every ten chapters. */
import type { Job } from "../../lib/run/mod.ts";
import { mobyDick } from "../../lib/sets/mod.ts";

const job: Job<number[]> = {
  name: "count-words",
  version: "1",
  shards: () =>
    Promise.resolve(
      Array.from({ length: 13 }, (_, shard) => Array.from({ length: 10 }, (_, i) => 10 * shard + i + 1)),
    ),
  async work(chapters, { index, out }) {
    if (Deno.env.get("COUNT_WORDS_DIES_AT") === `${index}`) Deno.kill(Deno.pid, "SIGKILL");
    if (Deno.env.get("COUNT_WORDS_FAILS_AT") === `${index}`) throw new RangeError("no such chapter");
    const counts = new Map<string, number>();
    let words = 0;
    for (const chapter of chapters) {
      const { text } = JSON.parse(
        await Deno.readTextFile(await mobyDick.file(`chapter_${chapter}.json`)),
      );
      for (const [word] of (text as string).toLowerCase().matchAll(/\p{L}+/gu)) {
        counts.set(word, (counts.get(word) ?? 0) + 1);
        words++;
      }
    }
    const rows = [...counts].sort(([a], [b]) => a < b ? -1 : 1);
    await Deno.writeTextFile(`${out}/words.tsv`, rows.map((row) => row.join("\t") + "\n").join(""));
    return { words, chapters: chapters.length };
  },
};

export default job;
