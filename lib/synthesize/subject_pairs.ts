import { splitSentences, takes, wholeNumber } from "../base/mod.ts";
import type { ChatModel } from "../llm/mod.ts";
import { partPrompts } from "./_parts.ts";
import { wordKey, wordsOf } from "./checks.ts";
import { extractPairs } from "./extract_pairs.ts";
import type { Accepted, Method, Rejected } from "./method.ts";

/** Options of {@linkcode subjectPairs}. */
export interface SubjectPairsOptions {
  /** The most tokens of a page that one prompt holds; each gives one pair. @default {60} */
  maxPartTokens?: number;
  /** Parts with fewer words are left out. @default {8} */
  minWords?: number;
  /** The most words of an answer. @default {10} */
  maxAnswerWords?: number;
}

/**
 * One question for each part of an English page, whose answer is the subject of one of its sentences: `Who or what must pass this
 * bill?`, `The Congress`. A task for a small model, as all that is right about it is checked by program: with the answer in the
 * place of `Who or what` (or `Who`, `What`, `Which`), the question is the sentence again, from its beginning (or behind a comma or a conjunction) to its end.
 *
 * A part is asked about where a sentence of it may begin with a subject: not with a pronoun, a preposition or what opens another clause.
 * Of an answer its first pair counts. Beside what {@linkcode extractPairs} rejects: `asks nothing`, `answer is a pronoun`, and `the page does not say it`. An accepted text is `Question: …` and
 * `Answer: …`, with both in `meta`.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Random, subjectPairs } from "midtrain/synthesize";
 *
 * const method = subjectPairs({ minWords: 3 });
 * const page = { id: "0", source: "web", meta: {}, text: "The Pequod sailed from Nantucket on Christmas Day." };
 * const [prompt] = method.build(page, new Random(1));
 * const text = "Question: Who or what sailed from Nantucket on Christmas Day?\nAnswer: The Pequod";
 * const cut = "Question: What sailed from Nantucket?\nAnswer: The Pequod";
 * const [[right], [wrong]] = await Promise.all([text, cut].map((text) => method.read([{ prompt, text }], page)));
 * assert.equal("text" in right && right.meta!.answer, "The Pequod");
 * assert.equal("rejected" in wrong && wrong.rejected, "the page does not say it");
 * ```
 */
export function subjectPairs(options: SubjectPairsOptions = {}): Method {
  const cannot = "Cannot ask for subjects";
  takes(cannot, options, "maxPartTokens?, minWords?, maxAnswerWords?");
  const { maxPartTokens = 60, minWords = 8, maxAnswerWords = 10 } = options;
  wholeNumber(cannot, { minWords }, ">= 0");
  wholeNumber(cannot, { maxAnswerWords }, ">= 1");
  const extract = extractPairs({ maxPairs: 1, maxAnswerWords });
  return {
    id: "extract/subject-pairs@1",
    settings: { maxAnswerWords },
    kind: "extract",
    build: ({ text }) =>
      partPrompts(text, {
        maxPartTokens,
        minWords,
        temperature: 0,
        instruction,
        label: "Page",
        maxTokens: (words) => 30 + Math.ceil(1.5 * words),
      }).filter(({ part }) => splitSentences(part!).some(beginsWithSubject)).map((prompt) => ({
        ...prompt,
        messages: [
          { role: "system", content: instruction },
          { role: "user", content: prompt.part! },
        ],
      })),
    read: (answers, document) =>
      Promise.all(answers.map(async (answer, at): Promise<Accepted | Rejected> => {
        const [first] = await extract.read([answer], document);
        if ("rejected" in first) return first;
        const cause = faultOf(first, answer.prompt.part ?? "");
        return cause ? { rejected: cause, sample: first.text } : { ...first, answer: at };
      })),
  };
}

const instruction =
  "Ask for the subject of one sentence of the page, in all its other words:\nQuestion: Who or what ...?\nAnswer: ...";

const asking = /^(?:who or what|who|what|which)\s+(\S+\s[^?]*\S)\s*\?$/i;
const pronoun =
  /^(?:i|we|you|he|she|it|they|this|that|these|those|there|who|what|which|one|some|all|many|others?|no\b.*|neither\b.*|nothing|nobody)$/i;

/** Why a pair is none of the page's subjects, if it is not. */
function faultOf({ meta }: Accepted, part: string): string | undefined {
  const [question, answer] = [String(meta!.question), String(meta!.answer)];
  const rest = asking.exec(question)?.[1];
  if (rest === undefined || wordsOf(rest).length < 3) return "asks nothing";
  if (pronoun.test(answer.trim())) return "answer is a pronoun";
  const said = wordKey(`${answer} ${rest}`);
  return splitSentences(part).some((sentence) => clauses(sentence).some((clause) => wordKey(clause) === said))
    ? undefined
    : "the page does not say it";
}

const conjunction = /^(?:and|but|or|so|yet)\s+/i;

/** A sentence from each place on where a clause may begin: its own beginning, and behind commas, dashes and conjunctions. */
function clauses(sentence: string): string[] {
  const starts = [...sentence.matchAll(/^|[,;:]\s+|\s*(?:--|[–—])\s*/g)].map((match) =>
    match.index + match[0].length
  );
  return starts.map((start) => {
    return sentence.slice(start).replace(conjunction, "");
  });
}

/**
 * A teacher of {@linkcode subjectPairs} that is a program: where a sentence of the page begins with a few words before a form of `be`, `have`, a
 * modal verb or one of a few others, these are taken for its subject. It reads the last message alone, costs no tokens, and says `NONE` where no sentence has this shape, which
 * is most often: a student that has learnt from it is not bound to the shape.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { subjectTeacher } from "midtrain/synthesize";
 *
 * const said = async (content: string) => (await subjectTeacher().chat({ messages: [{ role: "user", content }] })).text;
 * assert.equal(await said("The old ship was made of oak and bone."), "Question: Who or what was made of oak and bone?\nAnswer: The old ship");
 * assert.equal(await said("The Pequod sailed from Nantucket."), "NONE");
 * ```
 */
export function subjectTeacher(): ChatModel {
  return {
    name: "subject-templates",
    chat: ({ messages }) =>
      Promise.resolve({
        text: splitSentences(messages.at(-1)?.content ?? "").flatMap(asked)[0] ?? "NONE",
        finishReason: "stop",
        usage: { promptTokens: 0, completionTokens: 0 },
        cached: false,
      }),
  };
}

/** What begins no subject: what refers to another sentence or opens another clause. */
const noBeginning =
  /^(?:i|we|you|he|she|it|they|this|that|these|those|there|here|who|what|which|how|why|if|when|while|as|in|on|at|by|for|with|after|before|because|although|since|during|among|between|through|beyond|now|then|today|tonight|thus|to|from|under|not|only|though|until|unless|where\w*|first|second|third|fourth|fifth|finally|also|indeed|however|perhaps|neither|either|still|nearly|no|none|nothing|one|some|let|let's|all|most of|many|nor|for|because|together|above|whether|whoever|whatever|despite|without|like|last|next|of|\p{L}+,)(?![\p{L}\p{N}-])/iu;

function beginsWithSubject(sentence: string): boolean {
  const clause = sentence.trim().replace(conjunction, "");
  return /^\p{L}/u.test(clause) && !noBeginning.test(clause);
}

const modal = "is|are|was|were|has|have|had|will|would|shall|should|must|may|might|can|could";
const verb =
  "became|began|brought|came|gave|grew|held|kept|led|made|requires?|needs?|demands?|provides?|includes?|remains?|deserves?|knows?|believes?|makes?|gives?|means|depends?|took|went|won";
const shape = new RegExp(`^((?:\\S+ ){1,6}?)((?:${modal}|${verb}) .+)\\.$`, "u");
/** What stands in no subject: another clause, and what refers to another sentence. */
const noSubject =
  /\b(?:there|that|which|who|whom|when|if|while|because|what|where|how|not|never|also|i|we|they|you|he|she|it|this|these|those)\b|[,;:"“”()–—]|--/i;

/** The pair of a sentence that has the shape. */
function asked(sentence: string): string[] {
  const clause = sentence.trim().replace(conjunction, "");
  const [, subject, rest] = shape.exec(clause)?.map((one) => one.trim()) ?? [];
  if (!subject || !beginsWithSubject(clause) || noSubject.test(subject)) return [];
  const length = wordsOf(rest).length;
  if (length < 4 || length > 22 || /[;:?"]|--|[–—]/.test(rest) || wordsOf(subject).length === 0) return [];
  return [`Question: Who or what ${rest}?\nAnswer: ${subject}`];
}
