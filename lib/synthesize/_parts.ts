import type { Json } from "../data/mod.ts";
import { wordsOf } from "./checks.ts";
import { lostAnswer } from "./_text_fault.ts";
import { stripMarks } from "./_markdown.ts";
import type { Accepted, Answer, Prompt, Rejected } from "./method.ts";
import { segments, spansOf } from "./segments.ts";

/** What becomes of Markdown's marks in an accepted text. */
export type Markdown =
  /** They stay as the model wrote them. */
  | "keep"
  /** Headings, bold and italic lose their marks; lists, tables and code stay. */
  | "strip";

/** How a page becomes prompts, one for each of its parts. */
export interface PartPrompts {
  /** The most tokens of a page that one prompt holds. */
  maxPartTokens: number;
  /** Parts with fewer words are left out. */
  minWords: number;
  /** Sampling temperature. */
  temperature: number;
  /** What stands before a part. */
  instruction: string;
  /** What a part is called. @default {"Text"} */
  label?: string;
  /** The most tokens of the answer, by the words of the part; eight bytes count as one at least, for scripts of long words. */
  maxTokens: (words: number) => number;
}

/** One prompt a part of the page, with the part. */
export function partPrompts(text: string, options: PartPrompts): Prompt[] {
  const { maxPartTokens, minWords, temperature, instruction, label = "Text", maxTokens } = options;
  const parts = segments(text, { maxTokens: maxPartTokens });
  const spans = spansOf(text, parts);
  return parts.flatMap((part, at) => {
    const words = wordsOf(part).length;
    if (words < minWords) return [];
    const messages = [{ role: "user" as const, content: `${instruction}\n\n${label}:\n${part}` }];
    const size = Math.max(words, Math.ceil(encoder.encode(part).length / 8));
    return [{ messages, maxTokens: maxTokens(size), temperature, part, span: spans[at] }];
  });
}

const encoder = new TextEncoder();

/** What a part's text needs to be accepted. */
export interface PartCheck {
  /** Why a text is lost, if it is; `plain` is the text without Markdown's marks. */
  cause: (text: string, part: string, plain: string) => string | undefined;
  /** What becomes of Markdown's marks. @default {"keep"} */
  markdown?: Markdown;
  /** What is known of an accepted text. */
  meta?: (part: string) => Record<string, Json>;
}

/** One new text an answer, or why there is none. */
export function readParts(
  answers: Answer[],
  { cause, meta, markdown = "keep" }: PartCheck,
): (Accepted | Rejected)[] {
  return answers.map((answer, at) => {
    const lost = lostAnswer(answer);
    if (lost) return lost;
    const { text, prompt: { part = "", span } } = answer;
    const plain = stripMarks(text);
    const rejected = cause(text, part, plain);
    if (rejected) return { rejected, sample: text };
    const known = { ...meta?.(part), ...(span ? { parts: [span] } : {}) };
    const kept = markdown === "strip" ? plain : text;
    return { text: kept, ...(Object.keys(known).length > 0 ? { meta: known } : {}), answer: at };
  });
}
