// deno-lint-ignore-file camelcase -- lm-eval's names
/**
 * lm-eval asks the embedded model's server its own tasks, `evaluate()` asks the embedded model the same, item by item: the prompts
 * must be the same bytes, and each item that one finds right and the other wrong must have a cause that is known.
 * @module
 */
import { join } from "node:path";
import { type Loglikelihood, mean, type OnProgress } from "../../base/mod.ts";
import { type Benchmark, benchmarks, evaluate, type EvaluatedItem } from "../../evaluate/mod.ts";
import { questionsOf } from "../../evaluate/_questions.ts";
import { asksChoices } from "../../evaluate/benchmark.ts";
import { type LanguageModel, openModel } from "../../llm/mod.ts";
import { arc, gsm8k, mmlu, winogrande } from "../../sets/mod.ts";
import { LmEval, type TheirChoices, type TheirText } from "./_lm_eval_peer.ts";
import { part } from "./_part.ts";
import { atMost, claim, skipped, type VerifyRow } from "./_row.ts";

/** Another cut into batches rounds the int8 activations of the engine differently: that far two ratings may lie apart, in nats. */
const TOLERANCE = 1;

/** What is asked under one name. */
interface Comparison {
  shots: number;
  /** lm-eval's tasks, and the items of ours that are the same; together at least as many as are asked for. */
  tasks(items: number, folder: string): Promise<Task[]>;
}

interface Task {
  benchmark: Benchmark;
  yaml: string;
  data_files: Record<string, string>;
  limit: number;
}

const one =
  (name: string, yaml: string, files: () => Promise<Record<string, string>>) =>
  async (limit: number): Promise<Task[]> => [
    { benchmark: benchmarks[name], yaml, data_files: await files(), limit },
  ];

const COMPARISONS: Record<string, Comparison> = {
  "arc-easy": {
    shots: 0,
    tasks: one(
      "arc-easy",
      "arc/arc_easy.yaml",
      async () => ({ validation: await arc.file("ARC-Easy.validation.jsonl") }),
    ),
  },
  winogrande: {
    shots: 0,
    tasks: one(
      "winogrande",
      "winogrande/default.yaml",
      async () => ({ validation: await winogrande.file("winogrande_xl.validation.jsonl") }),
    ),
  },
  mmlu: { shots: 5, tasks: subjects },
  gsm8k: {
    shots: 5,
    tasks: one(
      "gsm8k",
      "gsm8k/gsm8k.yaml",
      async () => ({ test: await gsm8k.file("test.jsonl"), train: await gsm8k.file("train.jsonl") }),
    ),
  },
};

export default part({
  help: `lm-eval's own tasks over the embedded model's server beside our evaluation, item by item
[NAME ...]   which: NAMES; default: all
--items N    how many items of each; default 200, about 20 minutes on two idle cores and for gsm8k 30 more
MIDTRAIN_PEER_PYTHON must name a Python with lm-eval 0.4.13:
  python3 -m venv DIR && DIR/bin/pip install "lm-eval[api]==0.4.13" && export MIDTRAIN_PEER_PYTHON=DIR/bin/python`,
  flags: { items: { min: 1 } },
  names: Object.keys(COMPARISONS),
  async *verify({ items = 200 }, names, say) {
    for (const set of [arc, gsm8k, mmlu, winogrande]) {
      if (!await set.available()) {
        return yield skipped("lm-eval", `the data set ${set.name} is not on this machine`);
      }
    }
    const folder = await Deno.makeTempDir();
    try {
      await using peer = await LmEval.open(Deno.env.get("MIDTRAIN_PEER_PYTHON") ?? "python3", folder);
      await using model = await openModel({ kind: "embedded", cache: false, timeoutSeconds: 3600 });
      for (const name of names) {
        const { shots, tasks } = COMPARISONS[name];
        const pairs: Pair[] = [];
        for (const task of await tasks(items, folder)) {
          pairs.push(...await ask(peer, model, { ...task, shots }, say));
        }
        yield* compare(`${name}, ${shots} shots`, { source: peer.library, model, say }, pairs);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** MMLU subject by subject, 50 items of each, until there are enough; lm-eval has a task for each. */
async function subjects(items: number, folder: string): Promise<Task[]> {
  const each = 50;
  const test = Map.groupBy(await Array.fromAsync(mmlu.read({ split: "test" })), ({ subject }) => subject);
  const dev = Map.groupBy(await Array.fromAsync(mmlu.read({ split: "dev" })), ({ subject }) => subject);
  const tasks: Task[] = [];
  for (const subject of Array.from(test.keys()).slice(0, Math.ceil(items / each))) {
    const data_files: Record<string, string> = {};
    for (const [split, records] of [["test", test], ["dev", dev]] as const) {
      data_files[split] = join(folder, `${subject}-${split}.jsonl`);
      const lines = records.get(subject)!.map((record) => JSON.stringify(record) + "\n");
      await Deno.writeTextFile(data_files[split], lines.join(""));
    }
    const { mmlu: whole } = benchmarks;
    const benchmark: Benchmark = {
      ...whole,
      async *items() {
        for await (const item of whole.items()) if (whole.group!(item) === subject) yield item;
      },
    };
    const limit = Math.min(each, items - each * tasks.length);
    tasks.push({ benchmark, yaml: `mmlu/default/mmlu_${subject}.yaml`, data_files, limit });
  }
  return tasks;
}

/** One item as both answered it. */
interface Pair {
  item: EvaluatedItem;
  /** What ours was asked, as lm-eval's requests are written. */
  asked: { pairs?: [string, string][]; prompt?: string };
  ratings: Loglikelihood[];
  text: string | undefined;
  theirs: TheirChoices | TheirText;
}

/** Both at a time, each on a thread of its own. */
async function ask(
  peer: LmEval,
  model: LanguageModel,
  { benchmark, yaml, data_files, limit, shots }: Task & { shots: number },
  say: (line: string) => void,
): Promise<Pair[]> {
  const how = { form: "lm-eval", shots, limit, subset: "first", seed: 1234 } as const;
  const questions = await questionsOf(benchmark, how);
  let told = 0;
  const onProgress: OnProgress = ({ done, total }) => {
    if (done - told < 25 && done !== total) return;
    say(`${benchmark.name}: ${told = done} of ${total} answers`);
  };
  const ratings: Loglikelihood[] = [];
  const listening = {
    name: model.name,
    complete: model.complete.bind(model),
    async loglikelihood(pairs: Parameters<LanguageModel["loglikelihood"]>[0]) {
      const rated = await model.loglikelihood(pairs);
      ratings.push(...rated);
      return rated;
    },
  };
  const [theirs, ours] = await Promise.all([
    peer.ask<TheirChoices | TheirText>({ yaml, data_files, shots, limit }),
    evaluate(questions.some(({ asked }) => asksChoices(asked)) ? listening : writing(model), benchmark, {
      ...how,
      onProgress,
    }),
  ]);
  if (theirs.length !== ours.n) {
    throw new Error(`lm-eval has ${theirs.length} items of ${yaml}, ours ${ours.n}`);
  }
  let at = 0;
  return questions.map(({ asked }, i) => ({
    item: ours.items[i],
    asked: asksChoices(asked)
      ? { pairs: asked.choices.map(({ context, continuation }): [string, string] => [context, continuation]) }
      : { prompt: asked.prompt },
    ratings: asksChoices(asked) ? ratings.slice(at, at += asked.choices.length) : [],
    text: ours.items[i].written?.[0].text,
    theirs: theirs[i],
  }));
}

/** A model that only writes: gold answers need no rating here. */
function writing(model: LanguageModel): Pick<LanguageModel, "name" | "complete"> {
  return { name: model.name, complete: model.complete.bind(model) };
}

async function* compare(
  name: string,
  { source, model, say }: { source: string; model: LanguageModel; say: (line: string) => void },
  pairs: readonly Pair[],
): AsyncGenerator<VerifyRow> {
  const n = pairs.length;
  const same = pairs.filter(({ asked, theirs }) => {
    const their = "pairs" in theirs ? { pairs: theirs.pairs } : { prompt: theirs.prompt };
    return JSON.stringify(asked) === JSON.stringify(their);
  }).length;
  yield claim(`${name}: prompts that are the same, byte for byte`, source, {
    ...{ theirs: `${n}`, ours: `${same}`, allowed: "all", holds: same === n },
  });
  const choices = pairs.some(({ theirs }) => "pairs" in theirs);
  if (choices) {
    const apart = pairs.flatMap(({ ratings, theirs }) =>
      ratings.map(({ logLikelihood }, i) => Math.abs(logLikelihood - (theirs as TheirChoices).ratings[i][0]))
    );
    say(`${name}: ${apart.length} ratings, apart by ${mean(apart).toFixed(3)} nats on average`);
    yield atMost(`${name}: most that a rating differs, nats`, source, TOLERANCE, Math.max(...apart));
  } else {
    const alike = pairs.filter(({ text, theirs }) => text === (theirs as TheirText).text).length;
    say(`${name}: texts that are the same: ${alike} of ${n}`);
  }
  const rules = choices ? CHOICE_RULES : TEXT_RULES;
  for (const [ours, their] of Object.entries(rules)) {
    if (pairs.some(({ theirs }) => theirs.scores[their] === undefined)) continue;
    const other = pairs.filter(({ item, theirs }) => item.scores[ours] !== theirs.scores[their]);
    const causes = new Map<string, number>();
    for (const pair of other) {
      const { cause, told } = choices ? causeOfChoice(pair, ours) : await causeOfText(pair, model);
      causes.set(cause, (causes.get(cause) ?? 0) + 1);
      say(
        `${name}, ${ours}: ${pair.item.id} is ${pair.item.scores[ours]} here, ${
          pair.theirs.scores[their]
        } there: ${told}`,
      );
    }
    const listed = Array.from(causes, ([cause, count]) => `${count} ${cause}`).join(", ");
    const score = (of: (pair: Pair) => number) => `${(100 * mean(pairs.map(of))).toFixed(2)} %`;
    yield claim(`${name}, ${ours}: the same verdict on ${n - other.length} of ${n} items`, source, {
      theirs: score(({ theirs }) => theirs.scores[their]),
      ours: score(({ item }) => item.scores[ours]),
      allowed: listed || "no other verdict",
      holds: !causes.has(UNKNOWN),
    });
  }
}

/** Our scores by the names that lm-eval has for the same. */
const CHOICE_RULES: Record<string, string> = { acc: "acc", acc_norm: "acc_norm" };
const TEXT_RULES: Record<string, string> = {
  "lm-eval strict-match": "strict-match",
  "lm-eval flexible-extract": "flexible-extract",
};

const UNKNOWN = "without a known cause";

/** Why two verdicts on one item differ. */
function causeOfChoice({ ratings, theirs, asked }: Pair, rule: string): { cause: string; told: string } {
  const { ratings: their, tokens } = theirs as TheirChoices;
  const cut = ratings.findIndex((rating, i) => rating.tokens !== tokens[i]);
  if (cut >= 0) {
    return {
      cause: "cut into other tokens",
      told: `choice ${cut} has ${ratings[cut].tokens} tokens here, ${tokens[cut]} there`,
    };
  }
  const length = (i: number) => rule === "acc_norm" ? Math.max(1, asked.pairs![i][1].trimStart().length) : 1;
  const ours = ratings.map(({ logLikelihood }, i) => logLikelihood / length(i));
  const others = their.map(([logLikelihood], i) => logLikelihood / length(i));
  const [first, second] = ours.toSorted((a, b) => b - a);
  if (first === second) return { cause: "tied", told: `the two best choices tie at ${first.toFixed(3)}` };
  const apart = Math.max(...ours.map((rating, i) => Math.abs(rating - others[i])));
  const said = `the two best choices lie ${(first - second).toFixed(3)} apart, the ratings ${
    apart.toFixed(3)
  }`;
  // One choice may have gone up by what the other went down.
  return first - second <= 2 * apart
    ? { cause: "within the engine's rounding", told: said }
    : { cause: UNKNOWN, told: said };
}

async function causeOfText(
  { text = "", asked, theirs }: Pair,
  model: LanguageModel,
): Promise<{ cause: string; told: string }> {
  const { text: their } = theirs as TheirText;
  if (text === their) return { cause: UNKNOWN, told: "the same text is graded otherwise" };
  if (text.startsWith(their) || their.startsWith(text)) {
    return { cause: "stopped elsewhere", told: `${text.length} characters here, ${their.length} there` };
  }
  let common = 0;
  while (text[common] === their[common]) common++;
  while (common > 0 && /\S/.test(text[common - 1])) common--;
  const words = [text, their].map((whole) => /^\s*\S+/.exec(whole.slice(common).trimStart())![0]);
  const context = asked.prompt! + text.slice(0, common).trimEnd();
  const [ours, others] = await model.loglikelihood(
    words.map((word) => ({ context, continuation: ` ${word}` })),
  );
  const apart = Math.abs(ours.logLikelihood - others.logLikelihood);
  const told = `${JSON.stringify(words[0])} here and ${JSON.stringify(words[1])} there lie ${
    apart.toFixed(3)
  } nats apart`;
  return { cause: apart <= TOLERANCE ? "within the engine's rounding" : UNKNOWN, told };
}
