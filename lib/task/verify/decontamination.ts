/**
 * Decontamination on planted copies of real benchmark items in real documents of other sources.
 * @module
 */
import { Random, said } from "../../base/mod.ts";
import {
  buildIndex,
  type EvaluationItem,
  measureDetection,
  plant,
  type RuleOptions,
} from "../../decontaminate/mod.ts";
import { arc, gsm8k, humanEval, math500, mmlu, spamAssassin } from "../../sets/mod.ts";
import { part } from "./_part.ts";
import { claim, skipped } from "./_row.ts";

/** Items of each of the five benchmarks, half of them to choose by and half to show on. */
const EACH = 200;
/** Copies of shorter items, and halves of them, are common phrases; they are shown in a row of their own. */
const LEAST_WORDS = 8;
const RULES: RuleOptions[] = [
  {},
  ...[5, 6, 8, 10, 13].flatMap((n) => [0, 0.2, 0.3, 0.4, 0.5].map((threshold) => ({ n, threshold }))),
  { rule: "lcs" },
];

export default part({
  help: "the default rule on planted copies of benchmark items, chosen on one half and shown on the other",
  async *verify(_given, _names, say) {
    const sets = { mmlu, arc, gsm8k, humanEval, math500 };
    for (const [name, set] of Object.entries(sets)) {
      if (await set.available()) continue;
      yield skipped("planted copies", `${name} is not on this machine`);
      return;
    }
    const all = await benchmarkItems();
    const index = buildIndex(all);
    // Copies of some items are planted, and all of the benchmarks are sought: so false calls are as many as they are in use.
    const items = [...Map.groupBy(all, ({ benchmark }) => benchmark)].flatMap(([name, some]) =>
      new Random(name).shuffle(some).slice(0, EACH)
    );
    const mails = await Array.fromAsync(spamAssassin.read());
    const halves = [0, 1].map((half) => ({
      items: items.filter((_, at) => at % 2 === half),
      hosts: mails.filter((_, at) => at % 2 === half),
    }));
    const wordsOf = ({ question }: EvaluationItem) => question.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
    const planted = halves.map(({ items, hosts }) =>
      plant(items.filter((item) => wordsOf(item) >= LEAST_WORDS), hosts, { seed: "decontamination" })
    );
    const scores = RULES.map((rule) => {
      const [chosen, shown] = planted.map((planting) => measureDetection(planting, index, rule));
      const { precision, recallOfAll, f1 } = chosen;
      say(
        `${JSON.stringify(rule)}: F1 ${f1.toFixed(4)}, precision ${said(precision!)}, recall ${
          said(recallOfAll)
        }`,
      );
      return { rule, chosen, shown };
    });
    const precise = scores.filter(({ chosen }) => chosen.precision!.estimate >= 0.995);
    const best = precise.reduce((a, b) => b.chosen.f1 > a.chosen.f1 ? b : a);
    const [own] = scores;
    const where = `${planted[0].planted.length} copies, ${halves[0].hosts.length} mails, ${all.length} items`;
    yield claim("the default beside 26 other rules, one half", where, {
      theirs: `${JSON.stringify(best.rule)} ${best.chosen.f1.toFixed(4)}`,
      ours: own.chosen.f1.toFixed(4),
      allowed: "best F1 of those at precision >= 0.995",
      holds: own.chosen.precision!.estimate >= 0.995 && own.chosen.f1 >= best.chosen.f1,
    });
    const other = `${planted[1].planted.length} copies, ${halves[1].hosts.length} mails, ${all.length} items`;
    yield claim("F1 of the default, other half", other, {
      ours: own.shown.f1.toFixed(4),
      allowed: ">= 0.97",
      holds: own.shown.f1 >= 0.97,
    });
    yield claim("its precision, other half", other, {
      ours: `${said(own.shown.precision!)}; ${own.shown.siblings} siblings`,
      allowed: ">= 0.995",
      holds: own.shown.precision!.estimate >= 0.995,
    });
    for (const { kind, found, planted, ...recall } of own.shown.recall) {
      yield claim(`recall of ${kind} copies, other half`, `${found} of ${planted}`, {
        ours: said(recall),
        allowed: ">= 0.85",
        holds: recall.estimate >= 0.85,
      });
    }
    const short = items.filter((item) => wordsOf(item) < LEAST_WORDS);
    const whole = plant(short, mails, { kinds: ["exact"] });
    const detection = measureDetection(whole, index);
    yield claim(`exact copies of items under ${LEAST_WORDS} words`, `${short.length} items, all mails`, {
      ours: `recall ${said(detection.recallOfAll)}; ${index.unchecked.length} of all items unseen`,
      allowed: "recall >= 0.85",
      holds: detection.recallOfAll.estimate >= 0.85,
    });
  },
});

async function benchmarkItems(): Promise<EvaluationItem[]> {
  const items: EvaluationItem[] = [];
  const add = (benchmark: string, all: readonly { id: string; question: string; answer: string }[]) => {
    for (const { id, question, answer } of all) {
      items.push({ id: `${benchmark}/${id}`, question, answer, benchmark });
    }
  };
  const choice = ({ id, question, choices, answer }: {
    id: string;
    question: string;
    choices: string[];
    answer: number;
  }) => ({ id, question, answer: choices[answer] });
  add("mmlu", await Array.fromAsync(mmlu.read({ split: "test" }), choice));
  add("arc", await Array.fromAsync(arc.read({ part: "easy" }), choice));
  add("arc", await Array.fromAsync(arc.read({ part: "challenge" }), choice));
  add("gsm8k", await Array.fromAsync(gsm8k.read({ split: "test" })));
  const functions = await Array.fromAsync(humanEval.read());
  add(
    "human-eval",
    functions.map(({ id, prompt, solution }) => ({ id, question: prompt, answer: solution })),
  );
  const problems = await Array.fromAsync(math500.read());
  add("math", problems.map(({ id, problem, answer }) => ({ id, question: problem, answer })));
  return items;
}
