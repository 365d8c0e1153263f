import { must, ofKind, oneOf, sha256, wholeNumber } from "../base/mod.ts";
import { type Asked, asksChoices, type Benchmark, type Form } from "./benchmark.ts";
import { PythonRandom } from "./python_random.ts";

/** An item as it is asked. */
export interface Question<Item> {
  /** The item. */
  item: Item;
  /** What it counts to, `""` where its benchmark has no groups. */
  group: string;
  /** What the model is asked. */
  asked: Asked;
  /** The hash of what is asked. */
  key: string;
}

/** How items become questions. */
export interface QuestionOptions {
  /** The name of the form. */
  form: string;
  /** Examples in front. */
  shots: number;
  /** At most so many items. */
  limit: number;
  /** Which of them. */
  subset: "sample" | "first";
  /** Seeds the draw of the examples. */
  seed: number;
}

/** How a benchmark is asked, its own ways where nothing is said. */
export function askedHow(
  cannot: string,
  benchmark: Benchmark,
  given: { [Name in keyof Omit<QuestionOptions, "seed">]?: QuestionOptions[Name] | undefined },
): Omit<QuestionOptions, "seed"> {
  ofKind(cannot, { benchmark }, "an object with name, items, forms");
  const names = Object.keys(benchmark.forms);
  must(cannot, `${benchmark.name} must have a form`, names.length, names.length > 0);
  const { form = names[0], limit = Infinity, subset = "sample" } = given;
  oneOf(cannot, { form }, names);
  oneOf(cannot, { subset }, ["sample", "first"]);
  const { shots = benchmark.forms[form].shots } = given;
  wholeNumber(cannot, { shots }, ">= 0");
  if (limit !== Infinity) wholeNumber(cannot, { limit }, ">= 1");
  return { form, shots, limit, subset };
}

/** OLMES draws its 1,000 of longer sets by `random.Random(1234)`. */
const OLMES_SEED = 1234;

/** Ask each item of a benchmark in one of its forms. */
export async function questionsOf<Item extends { id: string }>(
  benchmark: Benchmark<Item>,
  { form: name, shots, limit, subset, seed }: QuestionOptions,
): Promise<Question<Item>[]> {
  const form = benchmark.forms[name];
  const cannot = `Cannot ask ${benchmark.name} (${name})`;
  const questions: Question<Item>[] = [];
  const random = new PythonRandom(seed);
  for (const item of await itemsOf(cannot, benchmark, { limit, subset })) {
    const asked = form.ask(item, shots === 0 ? [] : await shotsFor(cannot, item, form, { shots, random }));
    check(cannot, item.id, asked);
    questions.push({
      item,
      group: benchmark.group?.(item) ?? "",
      asked,
      key: sha256(JSON.stringify(asked)),
    });
  }
  if (questions.length === 0) throw new RangeError(`${cannot} as it must have items: it has none`);
  return questions;
}

async function itemsOf<Item extends { id: string }>(
  cannot: string,
  benchmark: Benchmark<Item>,
  { limit, subset }: Pick<QuestionOptions, "limit" | "subset">,
): Promise<Item[]> {
  const items: Item[] = [];
  const seen = new Set<string>();
  ofKind(cannot, { items: benchmark.items }, "a function");
  const all = benchmark.items();
  ofKind(cannot, { "items()": all }, "a list or another iterable");
  for await (const item of all) {
    if (subset === "first" && items.length === limit) break;
    ofKind(cannot, { [`the id of item ${seen.size}`]: item?.id }, "a text");
    if (seen.has(item.id)) {
      throw new RangeError(`${cannot} as every item must have an id of its own: ${item.id} comes twice`);
    }
    seen.add(item.id);
    items.push(item);
  }
  return items.length > limit ? new PythonRandom(OLMES_SEED).sample(items, limit) : items;
}

async function shotsFor<Item extends { id: string }>(
  cannot: string,
  item: Item,
  { pool: poolOf, draw }: Form<Item>,
  { shots, random }: { shots: number; random: PythonRandom },
): Promise<Item[]> {
  if (!poolOf) throw new RangeError(`${cannot} as this form takes no examples: shots is ${shots}`);
  const pool = await poolOf(item);
  const others = pool.filter(({ id }) => id !== item.id);
  wholeNumber(cannot, { shots }, `in [0, ${others.length}]`);
  if (draw === "first") return others.slice(0, shots);
  // lm-eval draws one more where the item itself may be among them, and goes without it.
  if (others.length === pool.length) return random.sample(pool, shots);
  return random.sample(pool, shots + 1).filter(({ id }) => id !== item.id).slice(0, shots);
}

function check(cannot: string, id: string, asked: Asked): void {
  const what = { [`what is asked of ${id}`]: asked };
  ofKind(cannot, what, "an object");
  if (!asksChoices(asked)) {
    ofKind(cannot, what, "an object with prompt, stop, maxTokens, gold");
    if (asked.gold === "") throw new RangeError(`${cannot} as gold must not be empty: it is for ${id}`);
    return;
  }
  const { choices, gold } = asked;
  ofKind(cannot, { [`choices of ${id}`]: choices }, "a list of objects with context, continuation");
  const fault = choices.length < 2
    ? `there must be 2 choices or more: ${id} has ${choices.length}`
    : choices.some(({ continuation }) => continuation === "")
    ? `no choice may be empty: ${id} has ${JSON.stringify(choices.map(({ continuation }) => continuation))}`
    : !Number.isSafeInteger(gold) || !(gold in choices)
    ? `gold must be one of the ${choices.length} choices: ${id} has ${gold}`
    : "";
  if (fault) throw new RangeError(`${cannot} as ${fault}`);
}
