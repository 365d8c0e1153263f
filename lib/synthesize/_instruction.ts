import { languageOf } from "./_languages.ts";
import { asks } from "./_problem.ts";
import { wordsOf } from "./checks.ts";

/** What English tasks begin with. */
const verbs = new Set(
  "add adapt analyse analyze answer apply argue arrange assess assume build calculate categorize change check choose cite classify combine come comment compare compile complete compose compute conduct consider construct contrast convert correct count create critique debate debug decide deduce define demonstrate derive describe design detect determine develop devise diagnose differentiate discuss distinguish divide draft draw edit elaborate estimate evaluate examine execute expand explain explore express extend extract fill find fix follow formulate generate give help identify illustrate imagine implement improve include infer integrate interpret invent investigate judge justify label let list locate make map match measure model modify name narrate offer optimise optimize order organise organize outline paraphrase perform pick plan plot predict prepare present produce program propose prove provide rank rate read recommend reconstruct refactor reflect relate rephrase report represent research respond revise rewrite say select shorten show simplify simulate sketch solve sort specify split state suggest sum summarise summarize suppose synthesise synthesize take teach tell test trace transform translate trace turn use using validate verify visualise visualize weigh work write"
    .split(" "),
);

/**
 * Whether a text sets a task: it asks, or orders with a verb at the start of a sentence or clause. Only of English is this known.
 *
 * @param language Its language, where that is known beforehand: few words tell it too seldom.
 */
export function isTask(text: string, seed: string, language = languageOf(text) ?? languageOf(seed)): boolean {
  if (asks(text)) return true;
  const words = wordsOf(text);
  const [first] = wordsOf(seed);
  // Of other languages' orders nothing is known.
  if (language !== "English") return true;
  if (words[0] === first && verbs.has(first)) return true;
  if (/\b(?:your task|you (?:are|must|have|need|will|should)|please|try to|be sure)\b/i.test(text)) {
    return true;
  }
  // "In three sentences, explain …"; "Given a list, return …"; "Then compare …".
  return text.split(/[.!:;,\n]+/).some((clause) => {
    const [one, two] = wordsOf(clause);
    return verbs.has(one) ||
      /^(?:first|then|next|finally|also|now|and|do|don't|briefly|clearly|carefully|step)$/.test(one ?? "") &&
        verbs.has(two);
  });
}
