import { sameLanguage } from "../_languages.ts";
import { endsWithQuestion } from "../_problem.ts";
import { loops, speaksOfText, textFault } from "../_text_fault.ts";
import { wordsOf } from "../checks.ts";

/** What a question with its answer lacks, whatever it is about. */
export function pairFault(question: string, said: string, source: string): string | undefined {
  const fault = textFault(question, source) ?? textFault(said, source);
  if (fault) return fault;
  if (!endsWithQuestion(question)) return "asks nothing";
  if (wordsOf(said).length === 0) return "empty answer";
  if (speaksOfText(`${question}\n${said}`, source)) return "speaks of the text";
  if (loops(said, source)) return "loop";
  return sameLanguage(`${question} ${said}`, source) ? undefined : "another language";
}
