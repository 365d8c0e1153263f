import { BOLD, ITALIC } from "./marks.ts";

/**
 * Take the apostrophes out of a line that make its text bold or italic, as MediaWiki reads them: of four the first is text,
 * of more than five those beyond five are; and where bold and italic are both left open, one of the bold ones was an
 * apostrophe before an italic one: the first after a word of one letter, else after a longer word, else after a space.
 *
 * @param marked Whether marks stand where bold and italics begin and end.
 */
export function withoutQuotes(line: string, marked = false): string {
  if (!line.includes("''")) return line;
  const parts = line.split(/('{2,})/);
  let bold = 0;
  let italic = 0;
  for (let i = 1; i < parts.length; i += 2) {
    const { length } = parts[i];
    const marks = length === 4 ? 3 : Math.min(length, 5);
    parts[i - 1] += "'".repeat(length - marks);
    parts[i] = parts[i].slice(0, marks);
    if (marks !== 3) italic++;
    if (marks !== 2) bold++;
  }
  if (bold % 2 === 1 && italic % 2 === 1) {
    let [oneLetter, word, space] = [0, 0, 0];
    for (let i = 1; i < parts.length; i += 2) {
      if (parts[i].length !== 3) continue;
      const before = parts[i - 1].slice(-2);
      if (before.endsWith(" ")) space ||= i;
      else if (before.startsWith(" ")) oneLetter ||= i;
      else word ||= i;
    }
    const at = oneLetter || word || space;
    if (at > 0) parts[at - 1] += "'";
  }
  let text = "";
  for (let i = 0; i < parts.length; i++) {
    if (i % 2 === 0) text += parts[i];
    else if (marked) text += (parts[i].length !== 2 ? BOLD : "") + (parts[i].length !== 3 ? ITALIC : "");
  }
  return text;
}
