import { wordsOf } from "./checks.ts";
import type { Prompt } from "./method.ts";
import { segments } from "./segments.ts";

/** How a page becomes prompts, one for each of its parts. */
export interface PartPrompts {
  /** The most tokens of a page that one prompt holds. */
  maxPartTokens: number;
  /** Parts with fewer words are left out. */
  minWords: number;
  /** Sampling temperature. */
  temperature: number;
  /** What is asked of a part. */
  ask: (part: string) => string;
  /** The most tokens of the answer, by the words of the part. */
  maxTokens: (words: number) => number;
}

/** One prompt a part of the page, with the part. */
export function partPrompts(text: string, options: PartPrompts): Prompt[] {
  const { maxPartTokens, minWords, temperature, ask, maxTokens } = options;
  return segments(text, { maxTokens: maxPartTokens }).flatMap((part) => {
    const words = wordsOf(part).length;
    if (words < minWords) return [];
    const messages = [{ role: "user" as const, content: ask(part) }];
    return [{ messages, maxTokens: maxTokens(words), temperature, part }];
  });
}
