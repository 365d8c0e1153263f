// deno-lint-ignore-file camelcase -- names of OLMES
import assert from "node:assert/strict";
import { type Benchmark, benchmarks, checkBenchmark, PythonRandom } from "../../lib/evaluate/mod.ts";
import { codeBenchmarks } from "../../lib/evaluate/benchmarks.ts";
import { questionsOf } from "../../lib/evaluate/_questions.ts";
import { asksChoices } from "../../lib/evaluate/benchmark.ts";
import { gsm8k, mmlu, olmes, type OlmesOptions, winogrande } from "../../lib/sets/mod.ts";

const sets = await Promise.all([olmes, mmlu, winogrande, gsm8k].map((set) => set.available()));
const ignore = !sets.every(Boolean);

/** The names that OLMES has for the kit's benchmarks. */
const OLMES_NAMES: Record<string, string> = { arc_easy: "arc-easy", arc_challenge: "arc-challenge" };

/** Tasks of which OLMES asks 1,000 items where it does not say `val_`. */
const LONGER = new Set(["boolq", "hellaswag", "piqa", "socialiqa"]);

Deno.test({
  name: "every request file of OLMES is reproduced byte for byte and in its order",
  ignore,
  async fn(t) {
    for (const path of await olmes.paths()) {
      const [task, variant] = path.split("/");
      if (task === "gsm8k") continue;
      await t.step(path, async () => {
        const name = `${OLMES_NAMES[task] ?? task}${variant.startsWith("test_") ? "-test" : ""}`;
        const questions = await questionsOf(benchmarks[name], {
          form: variant.includes("mc") ? "olmes-mc" : "olmes-rc",
          shots: variant.includes("0shot") ? 0 : 5,
          limit: LONGER.has(task) && /^[mr]c_5shot$/.test(variant) ? 1000 : Infinity,
          subset: "sample",
          seed: 1234,
        });
        let at = 0;
        for await (
          const { pairs, gold, unconditional } of olmes.read({ task, variant } as OlmesOptions)
        ) {
          const { asked } = questions[at++];
          assert(asksChoices(asked));
          assert.deepEqual(asked.choices, pairs);
          assert.deepEqual([asked.gold, asked.unconditional], [gold, unconditional]);
        }
        assert.equal(at, questions.length);
      });
    }
  },
});

Deno.test({
  name: "GSM8K's chains of thought and gold answers are OLMES's byte for byte",
  ignore,
  async fn() {
    const options = { form: "olmes-cot", shots: 8, limit: Infinity, subset: "sample", seed: 1234 } as const;
    const questions = await questionsOf(benchmarks.gsm8k, options);
    let at = 0;
    for await (const { pairs: [{ context, continuation }] } of olmes.read(GOLD)) {
      const { asked } = questions[at++];
      assert(!asksChoices(asked));
      assert.deepEqual([asked.prompt, asked.gold], [context, continuation]);
    }
    assert.equal(at, 1319);
  },
});

const GOLD: OlmesOptions = { task: "gsm8k", variant: "gold_bpb_5shot" };

Deno.test({
  name: "gold answers get full marks in every form, and silence gets what guessing gets",
  ignore,
  async fn(t) {
    // Programs have a test of their own: they are run.
    const read = Object.values(benchmarks).filter((benchmark) => !codeBenchmarks.includes(benchmark));
    for (const benchmark of read) {
      // Executed tasks take longer: agents_test.ts. Those of texts have ceilings of their own: text_benchmarks_test.ts.
      if (["agentbench-db", "bbh", "math", "nq-open", "triviaqa"].includes(benchmark.name)) continue;
      for (const form of Object.keys(benchmark.forms)) {
        await t.step(`${benchmark.name} ${form}`, async () => {
          const twice = await goldTwice(benchmark, form);
          const rows = await checkBenchmark(benchmark, { form, shots: 0, limit: 300 });
          for (const { rule, gold, silent, faulty } of rows) {
            // OLMES's gold answer of GSM8K has no #### for lm-eval's strict rule to find.
            const strict = rule === "lm-eval strict-match" && form === "olmes-cot";
            if (strict) assert.equal(gold, 0);
            else assert.deepEqual(faulty.filter((id) => !twice.has(id)), [], `${rule}: ${gold}`);
            assert(silent < 0.8, rule);
          }
          const plain = rows.find(({ rule }) => rule === "acc");
          if (plain) assert.equal(plain.silent.toFixed(9), (await guessing(benchmark, form)).toFixed(9));
          else assert.deepEqual(rows.map(({ silent }) => silent), [0, 0, 0]);
        });
      }
    }
  },
});

/** Items whose gold answer stands among their choices twice: nobody can tell which of them is meant. */
async function goldTwice(benchmark: Benchmark, form: string): Promise<Set<string>> {
  const questions = await questionsOf(benchmark, {
    form,
    shots: 0,
    limit: 300,
    subset: "sample",
    seed: 1234,
  });
  return new Set(
    questions.filter(({ asked }) => {
      if (!asksChoices(asked)) return false;
      const texts = asked.choices.map(({ context, continuation }) => context + continuation);
      return texts.filter((text) => text === texts[asked.gold]).length > 1;
    }).map(({ item: { id } }) => id),
  );
}

async function guessing(benchmark: Benchmark, form: string): Promise<number> {
  const questions = await questionsOf(benchmark, {
    form,
    shots: 0,
    limit: 300,
    subset: "sample",
    seed: 1234,
  });
  const shares = questions.map(({ asked }) => asksChoices(asked) ? 1 / asked.choices.length : 0);
  return shares.reduce((sum, share) => sum + share) / shares.length;
}

Deno.test("draws are CPython's", () => {
  const thousands = Array.from({ length: 7473 }, (_, i) => i);
  assert.deepEqual(new PythonRandom(7).sample(thousands, 6), [2652, 1235, 3234, 5332, 395, 593]);
  assert.deepEqual(new PythonRandom(0).sample(thousands.slice(0, 10), 3), [6, 9, 0]);
  assert.equal(new PythonRandom(2 ** 40 + 5).next(), 0.5043802970418443);
  const random = new PythonRandom(42);
  assert.deepEqual([random.next(), random.below(1000), random.bits(7)], [0.6394267984578837, 25, 94]);
});
