import { inRange, must, takes } from "../../base/mod.ts";
import { sameLanguage } from "../_languages.ts";
import { stripMarks } from "../_markdown.ts";
import { inventedFigures } from "../_numbers.ts";
import { type Markdown, partPrompts } from "../_parts.ts";
import { loops, lostAnswer, speaksOfText } from "../_text_fault.ts";
import { copiedWords, newNames, wordsOf } from "../checks.ts";
import type { Accepted, Answer, Method, Rejected } from "../method.ts";

/** Options of {@linkcode guidedRewrite}. */
export interface GuidedRewriteOptions {
  /** The most tokens of a page that one prompt holds; with `Infinity` it holds the page. @default {Infinity} */
  maxPartTokens?: number;
  /** Pages, or parts of them, with fewer words are left out. @default {20} */
  minWords?: number;
  /** Output words for one input word: less or more is rejected. @default {[0.3, 3]} */
  lengthRatio?: readonly [number, number];
  /** The largest share of words in copied runs of eight, see `copiedShare`. @default {0.6} */
  maxCopied?: number;
  /** How many names may stand in the new text that are not in the page. @default {0} */
  maxNewNames?: number;
  /** What becomes of Markdown's marks (headings, bold). @default {"keep"} */
  markdown?: Markdown;
  /** Sampling temperature. @default {0.7} */
  temperature?: number;
}

/**
 * A poor page written anew as its author should have: the model says what the page is for and what it would take, and then
 * writes it (REWIRE, guided rewriting, arXiv:2506.04689, which does so with pages that rules keep and model-based filters
 * discard, and keeps the best tenth of the rewritten ones by a classifier: `rate` and `sampleByScore` of `midtrain/select`).
 *
 * The new text is the rewritten page; `meta` holds `purpose` and `plan`. Rejected are answers without these three
 * (`malformed`), and new texts as `rephrase` rejects them: much shorter or longer, copied, in another language, in a loop,
 * speaking of the text, with numbers, names or addresses that the page does not have. REWIRE's model adds to a page from what it knows; here `maxNewNames` lets in
 * some of that, and no number.
 *
 * The embedded model of 135M parameters speaks of how well the page is rewritten now, without a purpose, a plan or a text: its answers are malformed.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { guidedRewrite, Random } from "midtrain/synthesize";
 *
 * const method = guidedRewrite({ minWords: 3 });
 * const page = { id: "1", text: "whales!! breathe air so click, they drown in 30 min", source: "web", meta: {} };
 * const [prompt] = method.build(page, new Random(1));
 * const written = "Purpose: to tell why whales drown\nPlan: one claim, its reason\nNew text: Whales breathe air: under water they drown after 30 minutes.";
 * const [result] = await method.read([{ prompt, text: written }], page);
 * assert.equal("text" in result && result.text, "Whales breathe air: under water they drown after 30 minutes.");
 * ```
 */
export function guidedRewrite(options: GuidedRewriteOptions = {}): Method {
  const cannot = "Cannot rewrite a page";
  const own = "maxPartTokens?, minWords?, lengthRatio?, maxCopied?, maxNewNames?, markdown?, temperature?";
  takes(cannot, options, own);
  const { maxPartTokens = Infinity, minWords = 20, lengthRatio = [0.3, 3], maxCopied = 0.6 } = options;
  const { maxNewNames = 0, markdown = "keep", temperature = 0.7 } = options;
  inRange(cannot, { maxPartTokens, minWords, maxNewNames, temperature }, ">= 0");
  inRange(cannot, { maxCopied }, "in [0, 1]");
  must(cannot, "markdown must be keep or strip", markdown, markdown === "keep" || markdown === "strip");
  const [least, most] = lengthRatio;
  const ascending = least >= 0 && least < most;
  must(cannot, "lengthRatio must be two numbers >= 0, ascending", lengthRatio, ascending);
  const cause = (text: string, part: string) => {
    const words = wordsOf(text);
    const partWords = wordsOf(part);
    if (copiedWords(words, instructionWords) > 0) return "prompt echo";
    if (words.length < least * partWords.length) return "too short";
    if (words.length > most * partWords.length) return "too long";
    if (!sameLanguage(text, part)) return "another language";
    if (copiedWords(words, partWords) > maxCopied) return "copied";
    if (loops(text, part)) return "loop";
    if (speaksOfText(text, part)) return "speaks of the text";
    if (inventedFigures(text, part).length > 0) return "invented numbers";
    return newNames(text, part).length > maxNewNames ? "invented names" : undefined;
  };
  const read = (answer: Answer, at: number): Accepted | Rejected => {
    const lost = lostAnswer(answer);
    if (lost) return lost;
    const { text, prompt: { part = "", span } } = answer;
    const [, purpose, plan, written] = three.exec(text) ?? [];
    if (!purpose?.trim() || !plan?.trim() || !written?.trim()) return { rejected: "malformed", sample: text };
    const plain = stripMarks(written).trim();
    const rejected = cause(plain, part);
    if (rejected) return { rejected, sample: written };
    const meta = {
      purpose: stripMarks(purpose).trim(),
      plan: stripMarks(plan).trim(),
      ...(span ? { parts: [span] } : {}),
    };
    return { text: markdown === "strip" ? plain : written.trim(), meta, answer: at };
  };
  return {
    id: "pages/guided-rewrite@1",
    settings: { lengthRatio: [...lengthRatio], maxCopied, maxNewNames, markdown },
    kind: "distill",
    build: ({ text }) =>
      partPrompts(text, {
        maxPartTokens,
        minWords,
        temperature,
        instruction,
        label: "Page",
        maxTokens: (words) => 200 + Math.ceil(1.5 * most * words),
      }),
    read: (answers) => answers.map(read),
  };
}

const instruction =
  'The page below is a poor draft. First say in one line what it is for and for whom, begun with "Purpose:". Then say in one line what a good page of that purpose does, step by step, begun with "Plan:". Then write that page, begun with "New text:": complete, clear and in good order, with all that the draft knows and nothing that it does not, without advertising, menus and calls to click.';
const instructionWords = wordsOf(instruction);

const mark = (name: string) => `(?:^|\\n)[ \\t]*[#*_>-]*[ \\t]*${name}[ \\t]*[*_]*[ \\t]*[:：][ \\t]*[*_]*`;
const three = new RegExp(`${mark("purpose")}([^]*?)${mark("plan")}([^]*?)${mark("new text")}([^]*)$`, "i");
