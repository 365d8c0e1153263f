import { type Haystack, type Hidden, hideInHaystack, type Random } from "../../base/mod.ts";

/** The names of the tasks. */
export type RulerTask =
  | "niah-single"
  | "niah-single-noise"
  | "niah-single-uuid"
  | "niah-multikey"
  | "niah-multikey-needles"
  | "niah-multikey-uuids"
  | "niah-multivalue"
  | "niah-multiquery"
  | "vt"
  | "cwe"
  | "fwe";

/** A question whose text may have any size. */
export interface Drawn {
  /** The prompt with so many parts of text: sentences or words. */
  render(size: number): string;
  /** Fewest and most parts. */
  least: number;
  most: number;
  /** The right answers. */
  answers: string[];
  /** What was hidden; `null` where the whole text is. */
  hidden: string | null;
}

/** A task of RULER. */
export interface Task {
  title: string;
  /** Room of the answer in tokens, as in RULER. */
  room: number;
  /** Whether one needle's depth is chosen. */
  depth: boolean;
  /** What an answer looks like. */
  pattern: RegExp;
  /** Draw keys, values and places. */
  draw(text: Haystack, how: { random: Random; depth: number | null; context: number }): Drawn;
}

const UUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

/** The tasks by name. */
export const tasks: Readonly<Record<RulerTask, Task>> = {
  "niah-single": needle("one number of one word", { keys: 1, values: 1, asked: 1 }),
  "niah-single-noise": needle("one number of one word among lines that are all alike", {
    ...{ keys: 1, values: 1, asked: 1, among: "noise" },
  }),
  "niah-single-uuid": needle("one UUID of one word", { keys: 1, values: 1, asked: 1, value: "uuids" }),
  "niah-multikey": needle("one number among four words'", { keys: 4, values: 1, asked: 1 }),
  "niah-multikey-needles": needle("one number among nothing but other words' numbers", {
    ...{ keys: 1, values: 1, asked: 1, among: "needles" },
  }),
  "niah-multikey-uuids": needle("one UUID of a UUID among nothing but others", {
    ...{ keys: 1, values: 1, asked: 1, among: "needles", key: "uuids", value: "uuids" },
  }),
  "niah-multivalue": needle("four numbers of one word", { keys: 1, values: 4, asked: 1 }),
  "niah-multiquery": needle("numbers of four words", { keys: 4, values: 1, asked: 4 }),
  "vt": {
    ...{
      title: "variables of one value, in a chain of five",
      room: 30,
      depth: false,
      pattern: /\b[A-Z]{5}\b/g,
    },
    draw: drawVariables,
  },
  "cwe": {
    ...{ title: "the ten most common words of a list", room: 120, depth: false, pattern: /\p{Ll}{4,}/gu },
    draw: drawCommonWords,
  },
  "fwe": {
    ...{ title: "the three most frequent coded words", room: 50, depth: false, pattern: /\b[a-z]{6}\b/g },
    draw: drawFrequentWords,
  },
};

/** What RULER hides needles among where it is no text. */
const NOISE = "The grass is green. The sky is blue. The sun is yellow. Here we go. There and back again.";

interface NeedleKind {
  keys: number;
  /** Values of each key. */
  values: number;
  /** Keys that are asked for. */
  asked: number;
  /** What keys and values are. @default {two words, and numbers} */
  key?: "words" | "uuids";
  value?: "numbers" | "uuids";
  /** What they are hidden among: the text, one line again and again, or other needles, one a line. @default {"text"} */
  among?: "text" | "noise" | "needles";
}

/** A needle in a haystack. */
function needle(title: string, kind: NeedleKind): Task {
  const { keys, values, asked, key = "words", value = "numbers", among = "text" } = kind;
  const single = values * asked === 1;
  const things = single ? value.slice(0, -1) : value;
  return {
    ...{ title, room: 128, depth: single, pattern: value === "uuids" ? UUID : /\b\d{7}\b/g },
    draw(text, { random, depth, context }) {
      const drawn = new Set<string>();
      const fresh = (kind: "words" | "numbers" | "uuids", random: Random) => {
        for (;;) {
          const found = DRAWN[kind](random, text);
          if (drawn.has(found)) continue;
          drawn.add(found);
          return found;
        }
      };
      const say = (key: string, of: string) => `One of the special magic ${value} for ${key} is: ${of}.`;
      const all = Array.from({ length: keys }, () => ({
        key: fresh(key, random),
        values: Array.from({ length: values }, () => fresh(value, random)),
      }));
      const needles = all.flatMap(({ key, values }, i) =>
        values.map((of): Hidden => ({
          text: say(key, of),
          depth: i === 0 && depth !== null ? depth : random.next(),
        }))
      );
      const start = random.int(text.sentences.length);
      const queried = all.slice(0, asked);
      const names = queried.map(({ key }) => key);
      const query = names.length > 1 ? `${names.slice(0, -1).join(", ")}, and ${names.at(-1)}` : names[0];
      const others = random.fork("others");
      const lines: string[] = [];
      const line = (i: number) =>
        among === "noise" ? NOISE : lines[i] ??= say(fresh(key, others), fresh(value, others));
      const within = (count: number) =>
        among === "text"
          ? hideInHaystack(text, { start, count, hidden: needles })
          : between(Array.from({ length: count }, (_, i) => line(i)), needles);
      const intro = `${single ? "A special magic" : "Some special magic"} ${things} ${
        single ? "is" : "are"
      } hidden within the following text. Make sure to memorize it. I will quiz you about the ${things} afterwards.`;
      const question = `${
        single ? "What is the" : "What are all the"
      } special magic ${things} for ${query} mentioned in the provided text?`;
      const answer = ` The special magic ${things} for ${query} mentioned in the provided text ${
        single ? "is" : "are"
      }`;
      return {
        render: (count) => `${intro}\n${within(count)}\n${question}${answer}`,
        ...{ least: 0, most: among === "text" ? text.sentences.length : context },
        answers: queried.flatMap(({ values }) => values),
        hidden: needles.map(({ text }) => text).join(" "),
      };
    },
  };
}

const DRAWN: Record<"words" | "numbers" | "uuids", (random: Random, text: Haystack) => string> = {
  words: (random, { words }) => `${random.pick(words)}-${random.pick(words)}`,
  numbers: (random) => String(1_000_000 + random.int(9_000_000)),
  uuids(random) {
    const hex = Array.from({ length: 32 }, () => random.int(16).toString(16));
    // The marks of version 4.
    hex[12] = "4";
    hex[16] = "89ab"[random.int(4)];
    return hex.join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  },
};

/** Lines with others between them, by depth. */
function between(lines: readonly string[], hidden: readonly Hidden[]): string {
  const whole = [...lines];
  for (const { text, depth } of hidden.toSorted((a, b) => b.depth - a.depth)) {
    whole.splice(Math.round(depth * lines.length), 0, text);
  }
  return whole.join("\n");
}

const HOPS = 4;

/** One chain of five variables with one value: the first is set to it, each other to the one before. */
function drawVariables(text: Haystack, { random }: { random: Random }): Drawn {
  const names = new Set<string>();
  while (names.size < HOPS + 1) names.add(letters(random, 5).toUpperCase());
  const answers = [...names];
  const value = 10_000 + random.int(90_000);
  const chain = answers.map((name, i) => `VAR ${name} = ${i === 0 ? value : `VAR ${answers[i - 1]}`}`);
  // In the chain's order: a variable is set before another takes its value.
  const depths = chain.map(() => random.next()).sort((a, b) => a - b);
  const hidden = chain.map((text, i) => ({ text, depth: depths[i] }));
  const start = random.int(text.sentences.length);
  return {
    render: (count) =>
      "Memorize and track the chain(s) of variable assignment hidden in the following text.\n\n" +
      `${hideInHaystack(text, { start, count, hidden })}\n` +
      `Question: Find all variables that are assigned the value ${value} in the text above.` +
      // The spelling is RULER's.
      ` Answer: According to the chain(s) of variable assignment in the text above, ${answers.length} variables are assgined the value ${value}, they are: `,
    ...{ least: 0, most: text.sentences.length },
    answers,
    hidden: chain.join(" "),
  };
}

const COMMON = 10;
const RARE_TIMES = 3;

/** A list in which ten words stand 30 times, or 10 times where it is short, and all others three times. */
function drawCommonWords(
  { words }: Haystack,
  { random, context }: { random: Random; context: number },
): Drawn {
  const shuffled = random.shuffle([...words]);
  // Thirty times ten words take about 2,000 tokens of a common tokenizer, and must not be the whole list.
  const times = context < 8192 ? 10 : 30;
  const answers = shuffled.slice(0, COMMON);
  const rest = shuffled.slice(COMMON);
  return {
    render(count) {
      const list = [
        ...answers.flatMap((word) => new Array<string>(times).fill(word)),
        ...rest.slice(0, count).flatMap((word) => new Array<string>(RARE_TIMES).fill(word)),
      ];
      const numbered = random.fork("list").shuffle(list).map((word, i) => `${i + 1}. ${word}`).join(
        " ",
      );
      return "Below is a numbered list of words. In these words, some appear more often than others. " +
        `Memorize the ones that appear most often.\n${numbered}\n` +
        "Question: What are the 10 most common words in the above list?" +
        " Answer: The top 10 words that appear most often in the list are:";
    },
    ...{ least: 1, most: rest.length },
    answers,
    hidden: null,
  };
}

/** Zipf's exponent, as in RULER. */
const ALPHA = 2;

/** The sum of k to the minus two over all k: pi squared by six. */
const ZETA = Math.PI ** 2 / 6;

/** Coded words by Zipf's law; the most frequent are dots, the three next are asked for. */
function drawFrequentWords(_: Haystack, { random, context }: { random: Random; context: number }): Drawn {
  const coded = new Set<string>();
  while (coded.size < Math.max(10, Math.floor(context / 50))) coded.add(letters(random, 6));
  const vocabulary = ["...", ...coded];
  const answers = vocabulary.slice(1, 4);
  return {
    render(count) {
      const list = vocabulary.flatMap((word, i) => {
        const times = Math.floor(count * (i + 1) ** -ALPHA / ZETA);
        return new Array<string>(times).fill(word);
      });
      return "Read the following coded text and track the frequency of each coded word. Find the three most frequently " +
        `appeared coded words. ${random.fork("list").shuffle(list).join(" ")}\n` +
        "Question: Do not provide any explanation. Please ignore the dots '....'. What are the three most frequently " +
        "appeared words in the above coded text?" +
        " Answer: According to the coded text above, the three most frequently appeared words are:";
    },
    // From 100 words on the third stands more often than the fourth.
    ...{ least: 100, most: 4 * context },
    answers,
    hidden: null,
  };
}

function letters(random: Random, count: number): string {
  return Array.from({ length: count }, () => String.fromCharCode(97 + random.int(26))).join("");
}
