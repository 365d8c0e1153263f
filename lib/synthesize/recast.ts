import { inRange, takes } from "../base/mod.ts";
import { executeAlone, rounded } from "./_execute.ts";
import { problemOf } from "./_problem.ts";
import { lostAnswer } from "./_text_fault.ts";
import { numbersOf, wordsOf } from "./checks.ts";
import type { Method, Prompt } from "./method.ts";

/** Options of {@linkcode recast}. */
export interface RecastOptions {
  /** Sampling temperature. @default {0.9} */
  temperature?: number;
}

/** What a model may choose anew in a problem: who it is of, and what is counted. */
interface Cast {
  who: string[];
  what: string | undefined;
}

/**
 * A word problem with other people and other things, chosen by the model and put in their places by the program: a template
 * whose numbers nothing can change. `evolve("objects")` asks for the whole problem anew, which takes a larger model.
 *
 * Reads `meta.problem`, `meta.program` and `meta.answer`, as `arithmeticProblems` gives them. The model answers with one
 * word for each name, and one for what is counted; a grammar holds it to that where the server has such a thing. Rejected are
 * words of another kind (a name in small letters, one thing for many, numbers), words that the problem or the prompt's examples
 * has, one word for two people, and problems whose program, executed in the sandbox, does not use their numbers or does not
 * give their answer.
 *
 * The sums of what is accepted are right; the words may still be nobody's: of 19 problems that the embedded model recast, one
 * reader found 12 of things that a person can have and count.
 *
 * @throws {RangeError} If the temperature is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Random, recast } from "midtrain/synthesize";
 *
 * const method = recast();
 * const problem = "Amara has 31 lemons. Amara sells 6 to a friend. How many lemons does Amara have now?";
 * const document = { id: "0", source: "", text: problem, meta: { problem, program: "31 - 6", answer: 25 } };
 * const [prompt] = method.build(document, new Random(1));
 * assert.deepEqual(prompt.schema?.required, ["Amara", "lemons"]);
 * const text = '{"Amara": "Tomas", "lemons": "lemons"}';
 * const [lost] = await method.read([{ prompt, text, value: JSON.parse(text) }], document);
 * assert.equal("rejected" in lost && lost.rejected, "nothing new");
 * ```
 */
export function recast(options: RecastOptions = {}): Method {
  takes("Cannot recast", options, "temperature?");
  const { temperature = 0.9 } = options;
  inRange("Cannot recast", { temperature }, ">= 0");
  return {
    id: "recast@1",
    kind: "evolve",
    build(document, random) {
      const problem = problemOf(document);
      const cast = castOf(problem);
      const old = [...cast.who, ...cast.what ? [cast.what] : []];
      if (old.length === 0 || typeof document.meta.program !== "string") return [];
      const turns = random.shuffle(examples).flatMap(({ problem, chosen }) => [
        { role: "user" as const, content: ask(problem) },
        { role: "assistant" as const, content: JSON.stringify(chosen) },
      ]);
      return [{
        messages: [...turns, { role: "user", content: ask(problem) }],
        maxTokens: 12 + 16 * old.length,
        temperature,
        topP: 0.9,
        schema: {
          type: "object",
          properties: Object.fromEntries(
            old.map((word) => [word, { type: "string", minLength: 2, maxLength: 16 }]),
          ),
          required: old,
        },
        part: problem,
      }];
    },
    async read([answer], document) {
      const lost = lostAnswer(answer);
      if (lost) return [lost];
      const chosen = answer.value as Record<string, string>;
      const cause = causeOf(chosen, answer.prompt);
      if (cause) return [{ rejected: cause, sample: JSON.stringify(chosen) }];
      const problem = replaced(answer.prompt.part!, chosen);
      const { program, answer: known } = document.meta;
      const [executed] = await executeAlone([String(program)]);
      const sample = `${problem}\n${program} gives ${
        "value" in executed ? executed.value : executed.failure
      }`;
      if (!sameNumbers(String(program), problem)) return [{ rejected: "numbers of another problem", sample }];
      if (!("value" in executed)) return [{ rejected: "program failed", sample }];
      if (typeof known !== "number" || executed.value !== rounded(known)) {
        return [{ rejected: "wrong answer", sample }];
      }
      const text = document.text.includes(answer.prompt.part!)
        ? document.text.replace(answer.prompt.part!, () => problem)
        : `Question: ${problem}\nAnswer: ${known}`;
      return [{ text, meta: { problem, program: String(program), answer: known } }];
    },
  };
}

const ask = (problem: string) =>
  `${problem}\n\nChoose another name for each person, and other things to count.`;

const examples = [
  {
    problem: "Peter has 12 stones. Peter finds 3 more. How many stones does Peter have now?",
    chosen: { Peter: "Ruth", stones: "bottles" },
  },
  {
    problem: "Clara has 40 chairs. Clara sells 15 of them. How many chairs does Clara have now?",
    chosen: { Clara: "Samuel", chairs: "umbrellas" },
  },
  {
    problem: "Igor has 9 kites. A week later Igor has twice as many. How many kites does Igor have now?",
    chosen: { Igor: "Miriam", kites: "cabbages" },
  },
];

const openers = new Set(
  "a after all an and as at but each every for from he her his how if in it last next on one she so some the their then there they this to today what when which while with yesterday"
    .split(" "),
);
/** What is measured and not had: the program counts in it. */
const units = new Set(
  "boxes cents centimeters centimetres cups days dollars dozens euros feet grams hours inches kilograms kilometers kilometres liters litres meters metres miles minutes months percent pounds seconds times weeks years yards"
    .split(" "),
);

function castOf(problem: string): Cast {
  const capitals = problem.match(/(?<![\p{L}'’])\p{Lu}\p{Ll}+(?![\p{L}])/gu) ?? [];
  const who = [...new Set(capitals)].filter((word) =>
    !openers.has(word.toLowerCase()) && capitals.filter((one) => one === word).length > 1
  );
  const counted = Array.from(problem.matchAll(/\d (\p{Ll}{3,}s)(?![\p{L}'’-])/gu), ([, word]) => word);
  return { who, what: counted.find((word) => !units.has(word)) };
}

function causeOf(chosen: Record<string, string>, { messages, part }: Prompt): string | undefined {
  const example = messages.slice(0, -1).flatMap(({ content }) => wordsOf(content));
  const taken = wordsOf(part!);
  const words = Object.values(chosen);
  for (const [old, word] of Object.entries(chosen)) {
    const name = /^\p{Lu}/u.test(old);
    if (taken.includes(word.toLowerCase())) return "nothing new";
    if (!(name ? /^\p{Lu}\p{Ll}{1,11}$/u : /^\p{Ll}{3,15}(?<!s)s$/u).test(word)) {
      return name ? "no name" : "no things";
    }
    if (name && openers.has(word.toLowerCase())) return "no name";
    if (units.has(word)) return "no things";
    if (example.includes(word.toLowerCase())) return "example repeated";
  }
  if (new Set(words).size < words.length) return "one word for two";
}

function replaced(problem: string, chosen: Record<string, string>): string {
  return problem.replace(/\p{L}+/gu, (word) => Object.hasOwn(chosen, word) ? chosen[word] : word);
}

/** Whether a program counts with the problem's numbers; `twice` and its like are words there. */
function sameNumbers(program: string, problem: string): boolean {
  const used = numbersOf(program);
  return numbersOf(problem).every((number) => used.includes(number));
}
