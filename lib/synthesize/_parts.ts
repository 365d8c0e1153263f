import { wholeNumber } from "../base/mod.ts";
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

/** How many texts a page gives, and of what. */
export interface Copies {
  /** How many texts are asked for, of each part or of the page. */
  count: number;
  /** Whether the texts of a page's parts are joined into one. */
  join: boolean;
}

/** Throw unless copies can be told apart. */
export function checkCopies(cannot: string, { count, join }: Copies, temperature: number): void {
  wholeNumber(cannot, { count }, ">= 1");
  if (typeof join !== "boolean") {
    throw new TypeError(`${cannot} as join must be true or false: current value is ${String(join)}`);
  }
  if (count > 1 && temperature === 0) {
    throw new RangeError(`${cannot} as temperature must be > 0 where count is ${count}: current value is 0`);
  }
}

/** What decides the outcome and no prompt shows. */
export function copySettings({ join }: Copies): Record<string, Json> {
  return join ? { join } : {};
}

/** How a page becomes prompts, one for each of its parts. */
export interface PartPrompts {
  /** The most tokens of a page that one prompt holds. */
  maxPartTokens: number;
  /** Parts with fewer words are left out. */
  minWords: number;
  /** Sampling temperature. */
  temperature: number;
  /** What stands before a part. */
  instruction: string | ((part: string) => string);
  /** What a part is called. @default {"Text"} */
  label?: string;
  /** The most tokens of the answer, by the words of the part; eight bytes count as one at least, for scripts of long words. */
  maxTokens: (words: number) => number;
  /** How often all parts are asked for. @default {1} */
  count?: number;
}

/** One prompt a part of the page, with the part; all parts again for each further copy. */
export function partPrompts(text: string, options: PartPrompts): Prompt[] {
  const { maxPartTokens, minWords, temperature, instruction, label = "Text", maxTokens } = options;
  const parts = segments(text, { maxTokens: maxPartTokens });
  const spans = spansOf(text, parts);
  const once = parts.flatMap((part, at): Prompt[] => {
    const words = wordsOf(part).length;
    if (words < minWords) return [];
    const said = typeof instruction === "string" ? instruction : instruction(part);
    const messages = [{ role: "user" as const, content: `${said}\n\n${label}:\n${part}` }];
    const size = Math.max(words, Math.ceil(encoder.encode(part).length / 8));
    return [{ messages, maxTokens: maxTokens(size), temperature, part, span: spans[at] }];
  });
  return Array.from({ length: options.count ?? 1 }, () => once).flat();
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
  /** How often the parts were asked for, and whether they are joined. @default {once, and not} */
  copies?: Copies;
}

/** One new text an answer, or why there is none; joined, one a copy of the page. */
export function readParts(answers: Answer[], check: PartCheck): (Accepted | Rejected)[] {
  const { count = 1, join = false } = check.copies ?? {};
  const read = readEach(answers, check);
  if (count === 1 && !join) return read;
  const size = answers.length / count;
  const seen = new Set<string>();
  return Array.from({ length: count }, (_, copy) => {
    const own = read.slice(copy * size, (copy + 1) * size);
    return (join ? joined(own) : own).map((result): Accepted | Rejected => {
      if ("rejected" in result) return result;
      const key = wordsOf(result.text).join(" ");
      if (seen.has(key)) return { rejected: "text stands twice", sample: result.text };
      seen.add(key);
      return count === 1 ? result : { ...result, meta: { ...result.meta, copy } };
    });
  }).flat();
}

/** A page's new texts as one, where none is missing. */
function joined(parts: (Accepted | Rejected)[]): (Accepted | Rejected)[] {
  const kept = parts.flatMap((part) => "rejected" in part ? [] : [part]);
  if (kept.length < parts.length) {
    return parts.map((part) =>
      "rejected" in part ? part : { rejected: "another part was lost", sample: part.text }
    );
  }
  if (kept.length === 0) return [];
  const spans = kept.flatMap(({ meta }) => Array.isArray(meta?.parts) ? meta.parts : []);
  const meta = { ...kept[0].meta, ...(spans.length > 0 ? { parts: spans } : {}) };
  return [{ ...kept[0], text: kept.map(({ text }) => text).join("\n\n"), meta }];
}

function readEach(
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
