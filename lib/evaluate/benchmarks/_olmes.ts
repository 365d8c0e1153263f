import { olmes, type OlmesOptions } from "../../sets/mod.ts";
import type { Benchmark, ChoiceScore, Form } from "../benchmark.ts";

/** A question with answers to choose among. */
export interface ChoiceQuestion {
  /** Names it. */
  id: string;
  /** The question with what stands before it, as it is asked, without its answers. */
  question: string;
  /** The answers. */
  choices: readonly string[];
  /** Which of them is right, from 0. */
  gold: number;
  /** What it is about. @default {nothing} */
  subject?: string;
}

/** How a task is asked by OLMES. */
export interface OlmesTask {
  /** OLMES's name of it, whose examples stand in front. */
  task: OlmesOptions["task"];
  /** What stands between question and answer where the answer's text is rated. */
  cue: string;
  /** The question as it stands above its listed choices. @default {as it is} */
  above?: (question: string) => string;
  /** An answer as it is listed. @default {as it is} */
  listed?: (choice: string) => string;
  /** The context that says nothing, where the task has one. */
  unconditional?: string;
}

const SOURCE = "OLMES, arXiv 2406.08446, requests in allenai/OLMo at 59a53e3f";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** OLMES's two forms: `olmes-rc` rates the texts of the answers, `olmes-mc` their letters. */
export function olmesForms(asked: OlmesTask): Record<"olmes-rc" | "olmes-mc", Form<ChoiceQuestion>> {
  const same = (text: string) => text;
  const { cue, above = same, listed = same, unconditional } = asked;
  const pool = () => curated(asked);
  const withChoices = ({ question, choices }: ChoiceQuestion) =>
    above(question) + choices.map((choice, i) => `\n ${LETTERS[i]}. ${listed(choice)}`).join("") +
    "\nAnswer:";
  return {
    "olmes-rc": {
      ...{ source: SOURCE, shots: 5, draw: "first", pool },
      ask(item, shots) {
        const front = shots.map(({ question, choices, gold }) => `${question}${cue} ${choices[gold]}`);
        const context = [...front, item.question + cue].join("\n\n");
        const choices = item.choices.map((choice) => ({ context, continuation: ` ${choice}` }));
        return { choices, gold: item.gold, unconditional };
      },
    },
    "olmes-mc": {
      ...{ source: SOURCE, shots: 5, draw: "first", pool },
      ask(item, shots) {
        const front = shots.map((shot) => `${withChoices(shot)} ${LETTERS[shot.gold]}`);
        const context = [...front, withChoices(item)].join("\n\n");
        const choices = item.choices.map((_, i) => ({ context, continuation: ` ${LETTERS[i]}` }));
        return { choices, gold: item.gold };
      },
    },
  };
}

const pools = new Map<string, Promise<ChoiceQuestion[]>>();

/** OLMES's five examples of a task, as questions. */
function curated(asked: OlmesTask): Promise<ChoiceQuestion[]> {
  const found = pools.get(asked.task) ?? readCurated(asked);
  pools.set(asked.task, found);
  return found;
}

/** The form with letters shows the choices of each, the form with texts how the question itself is written. */
async function readCurated({ task, cue }: OlmesTask): Promise<ChoiceQuestion[]> {
  const [listed, texts] = await Promise.all(
    ["mc_5shot", "rc_5shot"].map((variant) => inFront(task, variant)),
  );
  return listed.map((example, i) => {
    const [, above, choicesListed, letter] = /^([\s\S]*?)((?:\n [A-Z]\. .*)+)\nAnswer: ([A-Z])$/.exec(
      example,
    )!;
    const choices = choicesListed.split(/\n [A-Z]\. /).slice(1);
    const gold = LETTERS.indexOf(letter);
    const answer = `${cue} ${choices[gold]}`;
    const question = texts[i].endsWith(answer) ? texts[i].slice(0, -answer.length) : above;
    return { id: `olmes/${task}/example/${i}`, question, choices, gold };
  });
}

/** The five examples in front of every question. */
async function inFront(task: OlmesOptions["task"], variant: string): Promise<string[]> {
  for await (const { pairs: [{ context }] } of olmes.read({ task, variant })) {
    return context.split("\n\n").slice(0, 5);
  }
  return [];
}

/** The questions of a task whose items have no other source here: its requests without examples. */
export async function* olmesQuestions(
  { task, cue }: OlmesTask,
  variant: string,
): AsyncGenerator<ChoiceQuestion> {
  for await (const { id, pairs, gold } of olmes.read({ task, variant })) {
    const [{ context }] = pairs;
    const last = context.slice(context.lastIndexOf("\n\n") + 2);
    const whole = variant.endsWith("0shot") ? context : last;
    yield {
      id: `${task}/${id}`,
      question: whole.slice(0, whole.length - cue.length),
      choices: pairs.map(({ continuation }) => continuation.slice(1)),
      gold,
    };
  }
}

/** A benchmark of choices asked as OLMES asks it. */
export function olmesBenchmark(
  facts: Pick<Benchmark, "name" | "title" | "source"> & { choiceScore?: ChoiceScore },
  task: OlmesTask,
  items: () => AsyncIterable<ChoiceQuestion>,
  forms: Readonly<Record<string, Form<ChoiceQuestion>>> = {},
): Benchmark<ChoiceQuestion> {
  return {
    ...facts,
    version: 1,
    items,
    forms: { ...olmesForms(task), ...forms },
    leak: ({ question, choices, gold }) => ({ question, answer: choices[gold] }),
  };
}
