import assert from "node:assert/strict";
import { buildIndex, findContamination } from "../../lib/decontaminate/mod.ts";
import { benchmarks, leakItems } from "../../lib/evaluate/mod.ts";
import { agentBenchDatabases, gsm8k, mmlu, olmes, qmsum, toolBench, winogrande } from "../../lib/sets/mod.ts";

const needed = [olmes, mmlu, winogrande, gsm8k, agentBenchDatabases, toolBench, qmsum];
const sets = await Promise.all(needed.map((set) => set.available()));

/** Items of each benchmark that are planted. */
const PLANTED = 5;

Deno.test({
  name: "what must not leak of every benchmark is found in a page that holds it, and not in a page without",
  ignore: !sets.every(Boolean),
  async fn(t) {
    for (const benchmark of Object.values(benchmarks)) {
      await t.step(benchmark.name, async () => {
        const first = {
          ...benchmark,
          async *items() {
            let count = 0;
            for await (const item of benchmark.items()) {
              if (count++ === PLANTED) return;
              yield item;
            }
          },
        };
        const items = await leakItems(first);
        const index = buildIndex(items);
        const missed = items.filter(({ id, question, answer }) => {
          const page =
            `Notes of a reader, who wrote down what he met.\n\n${question}\n${answer}\n\nAnd then he went on.`;
          // Two questions may share all their words; the call names one of them.
          return findContamination(page, index).every(({ item }) =>
            item !== id && items.find((other) => other.id === item)!.question !== question
          );
        });
        assert.deepEqual(missed.map(({ id }) => id), []);
        assert.deepEqual(
          findContamination("Notes of a reader, who wrote down what he met. And then he went on.", index),
          [],
        );
      });
    }
  },
});
