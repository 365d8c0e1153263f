import type { Json } from "../data/mod.ts";
import { wordsOf } from "./checks.ts";
import { type Accepted, type Answer, faulty, type Prompt, type Rejected } from "./method.ts";
import { segments } from "./segments.ts";

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
  /** The most tokens of the answer, by the words of the part. */
  maxTokens: (words: number) => number;
}

/** One prompt a part of the page, with the part. */
export function partPrompts(text: string, options: PartPrompts): Prompt[] {
  const { maxPartTokens, minWords, temperature, instruction, label = "Text", maxTokens } = options;
  return segments(text, { maxTokens: maxPartTokens }).flatMap((part) => {
    const words = wordsOf(part).length;
    if (words < minWords) return [];
    const messages = [{ role: "user" as const, content: `${instruction}\n\n${label}:\n${part}` }];
    return [{ messages, maxTokens: maxTokens(words), temperature, part }];
  });
}

/** What a part's text needs to be accepted. */
export interface PartCheck {
  /** Why a text is lost, if it is. */
  cause: (text: string, part: string) => string | undefined;
  /** What is known of an accepted text. */
  meta?: (part: string) => Record<string, Json>;
}

/** One new text an answer, or why there is none. */
export function readParts(answers: Answer[], { cause, meta }: PartCheck): (Accepted | Rejected)[] {
  return answers.map((answer, at) => {
    if (answer.fault) return faulty(answer);
    const { text } = answer;
    const part = answer.prompt.part!;
    const rejected = cause(text, part);
    if (rejected) return { rejected, sample: text };
    return { text, ...(meta ? { meta: meta(part) } : {}), answer: at };
  });
}
