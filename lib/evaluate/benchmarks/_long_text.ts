import {
  fitTokens,
  type LengthTokenizer,
  must,
  ofKind,
  oneOf,
  tokensIn,
  wholeNumber,
} from "../../base/mod.ts";
import type { Asked } from "../benchmark.ts";

/** How long texts are asked. */
export interface LongTextOptions {
  /** The most tokens of prompt and answer together; what does not fit is left out of the text. @default {none: the whole text is asked} */
  context?: number | undefined;
  /** Counts the tokens; it must be given with `context`. @default {none} */
  tokenizer?: LengthTokenizer | undefined;
  /**
   * What is left out of a text that is too long; each item tells how many tokens.
   * - `middle`: as much on either side of its middle; its beginning and its end stay.
   * - `end`: its end.
   *
   * The question and what stands behind it always stay.
   *
   * @default {"middle"}
   */
  leaveOut?: "middle" | "end" | undefined;
}

/** Options of long texts, checked, or a refusal. */
export function checkLongText(cannot: string, { context, tokenizer, leaveOut }: LongTextOptions): void {
  if (leaveOut !== undefined) oneOf(cannot, { leaveOut }, ["middle", "end"]);
  if (context === undefined) return;
  wholeNumber(cannot, { context }, ">= 1");
  must(cannot, "tokenizer must be given where context is", tokenizer, tokenizer !== undefined);
  ofKind(cannot, { tokenizer }, "an object with name, encode");
}

/** What stands for the part of a text that was left out. */
const GAP = " [...] ";

/** Ask about a text, of which only so much is taken as fits with the answer's room; `cut` says how many tokens are left out. */
export function askLong<A extends Asked>(
  text: string,
  ask: (text: string) => A,
  { context, tokenizer, leaveOut = "middle" }: LongTextOptions,
): A & { cut?: number } {
  const whole = ask(text);
  if (context === undefined || tokenizer === undefined) return whole;
  const promptOf = (asked: Asked) => "choices" in asked ? asked.choices[0].context : asked.prompt;
  const answers = "choices" in whole
    ? whole.choices.map(({ continuation }) => tokensIn(continuation, tokenizer))
    : [whole.maxTokens];
  const room = context - Math.max(...answers);
  const tokens = tokensIn(promptOf(whole), tokenizer);
  if (tokens <= room) return whole;
  const words = text.split(/(?<=\s)(?=\S)/);
  const kept = (count: number) => {
    if (leaveOut === "end") return words.slice(0, count).join("");
    const tail = count >> 1;
    return words.slice(0, count - tail).join("").trimEnd() + GAP + words.slice(words.length - tail).join("");
  };
  const render = (count: number) => promptOf(ask(kept(count)));
  const found = fitTokens("Cannot shorten a text", {
    context: room,
    least: 0,
    most: words.length,
    render,
    tokenizer,
  });
  return { ...ask(kept(found.size)), cut: tokens - found.tokens };
}
