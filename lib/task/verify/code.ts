/**
 * Code benchmarks beside themselves: right programs must pass, programs with a known bug must not, and rules that are known to
 * fail right answers must fail as many as is known of them.
 * @module
 */
import { codeBenchmarks } from "../../evaluate/benchmarks.ts";
import { type Question, questionsOf } from "../../evaluate/_questions.ts";
import { asksChoices } from "../../evaluate/benchmark.ts";
import { PythonGroup } from "../../evaluate/python_group.ts";
import { inLanes } from "../../run/mod.ts";
import { choose } from "../_task.ts";
import { part } from "./_part.ts";
import { same, skipped, type VerifyRow } from "./_row.ts";

/** Right answers that lm-eval's rules take for right, of all; counted with lm-eval 0.4.13 on the sets' own answers. */
const CEILINGS: Record<string, number> = {
  "cruxeval-output lm-eval": 427,
  "cruxeval-input lm-eval": 784,
  "infilling-single-line lm-eval": 460,
};

/** Right JavaScript programs that need the package js-md5, which a sandbox has not, by their ids. */
const UNREACHABLE: Record<string, readonly string[]> = {
  "humaneval-fix-javascript pass@1": ["JavaScript/162"],
};

/** An item with its right answer, and a wrong one where its set has that. */
type Known = Question<{ id: string; buggy?: string }>;

const names = codeBenchmarks.map(({ name }) => name);

export default part({
  help: `right programs of the code benchmarks, and those with a bug, run in the sandbox; NAMES choose
--items N    so many items of each, drawn; default 20. Each program takes a fifth of a second of processor time, so whole
             sets (--items 2000) take some twenty minutes; what lm-eval's rules reach is compared on whole sets only`,
  flags: { items: { min: 1 } },
  names,
  async *verify({ items = 20 }, chosen, say) {
    for (const name of choose(chosen, names)) yield* await verify(name, { items, say });
  },
});

async function verify(
  name: string,
  { items, say }: { items: number; say: (line: string) => void },
): Promise<VerifyRow[]> {
  const benchmark = codeBenchmarks.find((benchmark) => benchmark.name === name)!;
  const [form] = Object.keys(benchmark.forms);
  const questions = await questionsOf(benchmark, {
    ...{ form, shots: benchmark.forms[form].shots, limit: items, subset: "sample", seed: 1234 },
  }).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
  if (!questions) return [skipped(name, "its data set is not on this machine")];
  const whole = questions.length < items;
  const judge = async (rule: string, answerTo: (question: Known) => string) => {
    let passed = 0;
    const failed: string[] = [];
    // The sets' own programs may share a process.
    const lane = () => {
      const group = new PythonGroup();
      return {
        work: async (question: Known) => ({
          id: question.item.id,
          score: (await benchmark.rules![rule].grade(question.item, answerTo(question), group)).score,
        }),
        close: () => group.close(),
      };
    };
    for await (const { result } of inLanes(questions, lane, { workers: navigator.hardwareConcurrency })) {
      passed += result.score;
      if (result.score === 0) failed.push(result.id);
    }
    return { count: `${passed} of ${questions.length}`, failed: failed.sort() };
  };
  const rows: VerifyRow[] = [];
  for (const rule of Object.keys(benchmark.rules!)) {
    const key = `${name} ${rule}`;
    say(key);
    const { count: ours, failed } = await judge(
      rule,
      ({ asked }) => asksChoices(asked) ? "" : cut(asked.gold, asked.stop),
    );
    const unreachable = (UNREACHABLE[key] ?? []).filter((id) => questions.some(({ item }) => item.id === id));
    if (key in CEILINGS && !whole) {
      rows.push(skipped(`${key}: right answers`, `${ours}: compared on the whole set`));
    } else {
      const expected = CEILINGS[key] ?? questions.length - unreachable.length;
      const source = key in CEILINGS ? "lm-eval 0.4.13" : "the set";
      rows.push(same(`${key}: right answers`, source, `${expected} of ${questions.length}`, ours));
      if (!(key in CEILINGS)) {
        const names = (ids: readonly string[]) => ids.join(", ") || "none";
        rows.push(same(`${key}: right answers that fail`, source, names(unreachable), names(failed)));
      }
    }
    if ("buggy" in questions[0].item) {
      const { count: found } = await judge(rule, ({ item }) => item.buggy!);
      rows.push(same(`${key}: answers with the bug`, "the set", `0 of ${questions.length}`, found));
    }
  }
  return rows;
}

/** What a model would be cut to. */
function cut(gold: string, stop: readonly string[]): string {
  const ends = stop.map((end) => gold.indexOf(end)).filter((at) => at >= 0);
  return gold.slice(0, Math.min(gold.length, ...ends));
}
