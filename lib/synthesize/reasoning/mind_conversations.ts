import { distinct, inRange, must, ofKind, oneOf, takes, wholeNumber } from "../../base/mod.ts";
import { sameLanguage } from "../_languages.ts";
import { stripMarks } from "../_markdown.ts";
import { figuresIn, inventedFigures } from "../_numbers.ts";
import { partPrompts } from "../_parts.ts";
import { everybodys, numbersFromNowhere } from "../_problem.ts";
import { loops, lostAnswer, speaksOfText } from "../_text_fault.ts";
import { copiedShare, wordsOf } from "../checks.ts";
import type { Accepted, Answer, Method, Prompt, Rejected } from "../method.ts";
import { verifySolution } from "../verify_solution.ts";
import { type ConversationStyle, conversationStyles, type Speakers } from "./_conversation_styles.ts";

/** Options of {@linkcode mindConversations}. */
export interface MindConversationsOptions {
  /** The styles, of which each conversation has one, drawn by the run's seed. @default {all seven} */
  styles?: readonly ConversationStyle[];
  /** How many conversations on each part of a page, each in another style. @default {1} */
  count?: number;
  /** The most tokens of a page that one prompt holds; with `Infinity` it holds the page. @default {500} */
  maxPartTokens?: number;
  /** Parts with fewer different numbers in digits are left out: there is no mathematics to speak of. @default {2} */
  minNumbers?: number;
  /** Conversations with fewer turns are rejected. @default {4} */
  minTurns?: number;
  /** The least share of the part's different numbers that the conversation must have. @default {0.6} */
  minKept?: number;
  /** The shortest and the longest conversation, in words, as a share of its part. @default {[0.8, 8]} */
  lengthRatio?: readonly [number, number];
  /** The largest share of its words in runs of eight copied from the part, see `copiedShare`. @default {0.4} */
  maxCopied?: number;
  /** Sampling temperature. @default {0.8} */
  temperature?: number;
}

/**
 * Conversations that work through a page's mathematics: MIND (arXiv:2410.12881), which writes pages of mathematics, in parts of up to 500 tokens, as conversations
 * in seven styles, and finds that those with a gap of knowledge between the speakers are worth most.
 *
 * A conversation is held to its form (two speakers in turn, each with something to say, enough turns), to its length, and to the page: it has most of
 * the page's numbers, and no others but small ones, those that everybody knows, and results of equations that hold and start from the page's. One equation
 * that does not hold loses the conversation, also where another speaker mends it.
 *
 * The embedded model of 135M parameters, at the small setting of notebook 16, writes no turns at all.
 *
 * An accepted text has one turn a paragraph, begun with the speaker; `meta` holds `style`, `speakers`, `turns` and `parts`.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mindConversations, Random } from "midtrain/synthesize";
 *
 * const method = mindConversations({ styles: ["teacher-student"] });
 * const page = { id: "1", text: "A square of side 15 has the area 15 * 15 = 225.", source: "web", meta: {} };
 * const [prompt] = method.build(page, new Random(1));
 * const text = "Teacher: The side is 15. And the area?\nStudent: Is it 4 * 15 = 60?\nTeacher: That goes round it.\nStudent: Then 15 * 15 = 225.";
 * const [result] = await method.read([{ prompt, text }], page);
 * assert.equal("text" in result && result.meta!.turns, 4);
 * ```
 */
export function mindConversations(options: MindConversationsOptions = {}): Method {
  const cannot = "Cannot write conversations";
  takes(
    cannot,
    options,
    "styles?, count?, maxPartTokens?, minNumbers?, minTurns?, minKept?, lengthRatio?, maxCopied?, temperature?",
  );
  const { styles = allStyles, count = 1, maxPartTokens = 500, minNumbers = 2, minTurns = 4 } = options;
  const { minKept = 0.6, lengthRatio = [0.8, 8], maxCopied = 0.4, temperature = 0.8 } = options;
  ofKind(cannot, { styles }, "a list of texts");
  for (const style of styles) oneOf(cannot, { style }, allStyles);
  distinct(cannot, { styles });
  wholeNumber(cannot, { count, minNumbers }, ">= 1");
  must(cannot, `count must be at most ${styles.length}, the number of styles`, count, count <= styles.length);
  wholeNumber(cannot, { minTurns }, ">= 2");
  inRange(cannot, { minKept, maxCopied }, "in [0, 1]");
  inRange(cannot, { temperature }, ">= 0");
  const ascending = lengthRatio.length === 2 && lengthRatio[0] >= 0 && lengthRatio[0] <= lengthRatio[1];
  must(cannot, "lengthRatio must be two numbers >= 0, ascending", lengthRatio, ascending);
  const limits: Limits = { minTurns, minKept, lengthRatio, maxCopied };
  return {
    id: "reasoning/mind@1",
    settings: { minTurns, minKept, lengthRatio: [...lengthRatio], maxCopied },
    kind: "distill",
    build({ text }, random) {
      const parts = partPrompts(text, {
        maxPartTokens,
        minWords: 0,
        temperature,
        instruction: "",
        maxTokens: (words) => 300 + Math.ceil(2 * Math.min(lengthRatio[1], 4) * words),
      }).filter(({ part }) => numbersOf(part!).size >= minNumbers);
      return parts.flatMap((prompt, at) =>
        random.fork(at).shuffle(styles).slice(0, count).map((style): MindPrompt => ({
          ...prompt,
          messages: [{
            role: "user",
            content: `${instructionOf(conversationStyles[style], minTurns)}\n\nText:\n${prompt.part}`,
          }],
          style,
        }))
      );
    },
    read: (answers) => answers.map((answer, at) => readConversation(answer, at, limits)),
  };
}

const allStyles = Object.keys(conversationStyles) as ConversationStyle[];

/** A prompt that knows its style. */
interface MindPrompt extends Prompt {
  style: ConversationStyle;
}

interface Limits {
  minTurns: number;
  minKept: number;
  lengthRatio: readonly [number, number];
  maxCopied: number;
}

function instructionOf({ speakers: [one, other], who }: Speakers, turns: number): string {
  return `Write the text below as a conversation between ${one} and ${other}. ${who} They go through all the mathematics of the text, step by step: say why each step is done, and write every calculation as an equation such as "12 * 3 = 36". Take the numbers from the text, and leave none out. The two speak in turn, at least ${turns} turns in all; begin each turn on a new line with "${one}:" or "${other}:". Do not mention the text. Write the conversation only.`;
}

interface Turn {
  speaker: string;
  said: string;
}

/** The turns of a conversation; none where something stands before the first. */
function turnsOf(text: string, speakers: readonly string[]): Turn[] {
  const names = speakers.map((name) => name.replace(" ", "[ ]*")).join("|");
  const label = new RegExp(`^[\\s*_#>-]*(${names})[*_]*[ \\t]*[:：][*_]*[ \\t]*`, "gim");
  const plain = stripMarks(text).trim();
  const found = [...plain.matchAll(label)];
  if (found.length === 0 || found[0].index > 0) return [];
  const bare = (name: string) => name.replaceAll(" ", "").toLowerCase();
  return found.map(({ 0: whole, 1: name, index }, at) => ({
    speaker: speakers.find((one) => bare(one) === bare(name))!,
    said: plain.slice(index + whole.length, found[at + 1]?.index).trim(),
  }));
}

function readConversation(answer: Answer, at: number, limits: Limits): Accepted | Rejected {
  const lost = lostAnswer(answer);
  if (lost) return lost;
  const { text, prompt } = answer;
  const { part = "", span, style } = prompt as MindPrompt;
  const { speakers } = conversationStyles[style];
  const turns = turnsOf(text, speakers);
  const rejected = faultOfForm(turns, limits) ?? faultOfMatter(turns, { part, style, limits });
  if (rejected !== undefined) return { rejected, sample: text };
  return {
    text: turns.map(({ speaker, said }) => `${speaker}: ${said}`).join("\n\n"),
    meta: { style, speakers: [...speakers], turns: turns.length, ...(span ? { parts: [span] } : {}) },
    answer: at,
  };
}

function faultOfForm(turns: Turn[], { minTurns }: Limits): string | undefined {
  if (turns.length === 0) return "malformed";
  if (turns.some(({ said }) => wordsOf(said).length === 0)) return "empty turn";
  if (turns.some(({ speaker }, at) => speaker === turns[at - 1]?.speaker)) return "speakers not in turn";
  return turns.length < minTurns ? "too few turns" : undefined;
}

interface Matter {
  part: string;
  style: ConversationStyle;
  limits: Limits;
}

function faultOfMatter(turns: Turn[], { part, style, limits }: Matter): string | undefined {
  const { minTurns, minKept, lengthRatio, maxCopied } = limits;
  const spoken = turns.map(({ said }) => said).join("\n");
  if (copiedShare(spoken, instructionOf(conversationStyles[style], minTurns)) > 0) return "prompt echo";
  if (!sameLanguage(spoken, part)) return "another language";
  const ratio = wordsOf(spoken).length / wordsOf(part).length;
  if (ratio < lengthRatio[0]) return "too short";
  if (ratio > lengthRatio[1]) return "too long";
  if (loops(spoken, part)) return "loop";
  if (copiedShare(spoken, part) > maxCopied) return "copied";
  if (speaksOfText(spoken, part)) return "speaks of the text";
  const { equations, wrong } = verifySolution(spoken);
  if (wrong.length > 0) return "wrong arithmetic";
  const known = `${part}\n${small.join(" ")}`;
  if (numbersFromNowhere(equations, known)) return "numbers from nowhere";
  const results = equations.map(({ stated }) => stated).join(" ");
  if (inventedFigures(spoken, `${known}\n${results}`).length > 0) return "invented numbers";
  const said = numbersOf(spoken);
  const asked = [...numbersOf(part)];
  const kept = asked.filter((value) => said.has(value)).length;
  return kept < minKept * asked.length ? "numbers lost" : undefined;
}

/** Numbers that count, index and raise to a power, and those that everybody knows. */
const small = [...Array(11).keys(), ...everybodys];

/** The different numbers of a text in digits. */
function numbersOf(text: string): Set<number> {
  return new Set(figuresIn(text).filter(({ digits }) => digits).map(({ values }) => values[0]));
}
