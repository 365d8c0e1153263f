import { labelled, pairsIn, withLabels } from "./_labels.ts";
import { fencedBlocks, stripMarks } from "./_markdown.ts";
import { pythonFault } from "./_python.ts";
import { wordsOf } from "./checks.ts";
import { verifySolution } from "./verify_solution.ts";

// What is wrong with the shape of an answer, read without its Markdown marks and in whatever language its labels are.

/** At least so many questions, each with an answer that says something. */
export function questions(text: string, { least = 1, loose = false } = {}): string | undefined {
  const pairs = pairsIn(text, { loose });
  if (pairs.length < least || pairs.every(({ answer }) => answer === "")) {
    return pairs.length > 0 && pairs.length >= least ? "empty answer" : "malformed";
  }
  // A question that stands alone at the end is as bad as one in the middle.
  return pairs.some(({ question, answer }) => blank(question) || blank(answer)) ? "empty answer" : undefined;
}

/** A question whose reasons compute right. */
export function shortReasoning(text: string): string | undefined {
  return questions(text) ?? arithmetic(text);
}

/** A question that is answered in steps, with a conclusion. */
export function longReasoning(text: string): string | undefined {
  if (pairsIn(text).length === 0) return "malformed";
  const labels = labelled(text, "Step", ["Conclusion"]);
  const numbered = Array.from(
    stripMarks(text).matchAll(/^[ \t]*\p{Nd}{1,2}[.)][ \t]+(.*)$/gmu),
    ([, step]) => step,
  );
  const steps = labels.length > 0 ? labels : numbered;
  const conclusions = labelled(text, "Conclusion", ["Step"]);
  if (steps.length < 2 || conclusions.length === 0) return "malformed";
  return [...steps, ...conclusions].some(blank) ? "empty steps" : arithmetic(text);
}

/** A conversation: two speakers, each of whom says something twice. */
export function dialogue(text: string): string | undefined {
  const plain = withLabels(text, ["Question", "Answer"]);
  const turns = plain.split(/^(?=[^\s:：][^:：\n]{0,30}[:：])/m).flatMap((part) => {
    const [, who, said] = /^([^\s:：][^:：\n]{0,30})[:：]([^]*)$/.exec(part) ?? [];
    return who === undefined || /^(?:Question|Answer)$/.test(who)
      ? []
      : [{ who: who.trim().toLowerCase(), said }];
  });
  const often = [...Map.groupBy(turns, ({ who }) => who).values()].filter((said) => said.length >= 2);
  if (often.length < 2) return "malformed";
  return often.flat().some(({ said }) => blank(said)) ? "empty answer" : undefined;
}

/** A heading, marked or in a short first line of its own. */
export function heading(text: string): string | undefined {
  if (/^[ \t]*#+ \S/m.test(text)) return undefined;
  const [first, ...rest] = stripMarks(text).trim().split("\n");
  const short = first !== "" && wordsOf(first).length <= 14 &&
    !/[.!?。！？…,;]\W*$/.test(first.replace(/\.{3}$/, "…"));
  return short && wordsOf(rest.join(" ")).length >= 2 * wordsOf(first).length ? undefined : "malformed";
}

/** A table whose rows have as many cells as its head, and a question with its answer. */
export function table(text: string): string | undefined {
  const rows =
    /^(?=[^\n]*\|)([^\n]*)\n[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*\n((?:(?=[^\n]*\|)[^\n]+(?:\n|$))+)/m
      .exec(text);
  if (!rows) return "malformed";
  const [rule] = text.slice(rows.index).split("\n").slice(1);
  const counts = [rows[1], rule, ...rows[2].trimEnd().split("\n")].map((row) => cells(row).length);
  if (counts[0] < 2) return "malformed";
  if (counts.some((count) => count !== counts[0])) return "ragged table";
  return questions(text);
}

function cells(row: string): string[] {
  return row.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "").replace(/`[^`]*`/g, "x").split(/(?<!\\)\|/);
}

/** Three steps or more: numbered, marked or named. */
export function steps(text: string): string | undefined {
  const step =
    /^[ \t]*(?:[-*+•–][ \t]+|\(?\p{Nd}{1,2}[.)][ \t]+|[\p{Nd}一二三四五六七八九十]+[、．）][ \t]*|Step: )(.*)$/gmu;
  const found = Array.from(withLabels(text, ["Step"]).matchAll(step), ([, said]) => said);
  if (found.length < 3) return "malformed";
  return found.every(blank) && labelled(text, "Step").some(blank) ? "empty steps" : undefined;
}

/** The blocks of a text that may be Python. */
function pythonBlocks(text: string): { info: string; body: string }[] {
  return fencedBlocks(text).filter(({ info }) => /^(?:py|python|python3|py3|ipython|pycon|)\b/.test(info));
}

/** The program that the Python blocks of a text make, one after the other; sessions with their prompts are none. */
export function pythonProgram(text: string): string {
  return pythonBlocks(text).filter(({ info }) => !/^(?:ipython|pycon)\b/.test(info)).map(({ body }) => body)
    .join("\n");
}

/** An exercise with a solution in Python that parses, and an assertion. */
export function codeExercise(text: string): string | undefined {
  const exercise = labelled(text, "Exercise");
  const code = pythonBlocks(text);
  if (exercise.length === 0 || exercise.every(blank) || code.length === 0) return "malformed";
  if (!code.some(({ body }) => /\bassert\b/.test(body))) return "malformed";
  return code.some(({ body }) => pythonFault(body) !== undefined) ? "code does not parse" : undefined;
}

/** A question with four different choices, the right letter and a reason that does not speak for another one. */
export function multipleChoice(text: string): string | undefined {
  const plain = stripMarks(text);
  const choice = (letter: string) =>
    new RegExp(`^[ \\t]*(?:[-*+•][ \\t]+)?\\(?${letter}[.):：）][ \\t]*(\\S.*)$`, "im").exec(plain);
  const found = [..."ABCD"].map(choice);
  const [first] = found;
  const asked = first ? plain.slice(0, first.index) : "";
  if (
    !first || found.includes(null) ||
    !/[?？؟]|\S/.test(withLabels(asked, ["Question"]).replace(/^Question: /, ""))
  ) {
    return "malformed";
  }
  if (!/^Question: /m.test(withLabels(asked, ["Question"])) && !/[?？؟]/.test(asked)) return "malformed";
  const choices = found.map((one) => one![1].trim());
  if (new Set(choices.map((one) => wordsOf(one).join(" "))).size < 4) return "equal choices";
  const last = found[3]!;
  const rest = withLabels(plain.slice(last.index + last[0].length), ["Answer"]);
  const [, letter, reason] =
    /^Answer:\s*(?:[^\n.]{0,40}?\b(?:is|choice|option|answer)\b:?\s*)?[("“]?([A-Da-d])(?![\p{L}\p{N}])([^]*)$/mu
      .exec(rest) ?? [];
  if (letter === undefined) return "no right choice";
  return contradicts(reason, { choices, right: "ABCD".indexOf(letter.toUpperCase()) })
    ? "reason contradicts the choice"
    : undefined;
}

/** Whether a reason speaks for another choice: it names one and not the right one, and denies nothing. */
function contradicts(reason: string, { choices, right }: { choices: string[]; right: number }): boolean {
  const [, named] =
    /\b(?:option|choice|answer|letter) \(?([A-D])\)? is (?:the )?(?:right|correct)/.exec(reason) ?? [];
  if (named !== undefined) return named !== "ABCD"[right];
  const said = new Set(wordsOf(reason));
  // What tells the choices apart.
  const words = choices.map((one) => wordsOf(one));
  const own = words.map((some, at) =>
    some.filter((word) => words.every((others, other) => other === at || !others.includes(word)))
  );
  const mentions = own.map((some) => some.length > 0 && some.every((word) => said.has(word)));
  const partly = own[right].length === 0 ||
    own[right].some((word) => said.has(word) || [...said].some((one) => alike(one, word)));
  const denies =
    /\b(?:not|no|never|unlike|instead|rather|whereas|while|but|although|however|other|others|wrong|incorrect|n't)\b|n['’]t\b/i;
  return !partly && mentions.filter(Boolean).length === 1 && !denies.test(reason);
}

/** Forms of one word. */
export function alike(a: string, b: string): boolean {
  const least = Math.min(a.length, b.length);
  return least >= 4 && a.slice(0, least - 1) === b.slice(0, least - 1);
}

function arithmetic(text: string): string | undefined {
  return verifySolution(stripMarks(text)).wrong.length > 0 ? "wrong arithmetic" : undefined;
}

function blank(text: string): boolean {
  return !/[\p{L}\p{N}\p{S}]/u.test(text);
}
