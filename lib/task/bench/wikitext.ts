import { wikitextToText } from "../../collect/mod.ts";
import { askDocumentPeer } from "./_document_peer.ts";
import { type BenchOptions, type BenchRow, cpuSeconds } from "./_row.ts";

/** An article in wikitext, and the formulas that its text must have. */
interface Article {
  id: string;
  text: string;
  formulas: string[];
}

/**
 * Wikitext read in a CPU-second, on articles made of the words of texts. With `peers`, mwparserfromhell takes the markup off
 * the same articles.
 */
export async function benchWikitext(
  texts: readonly string[],
  { seconds, peers }: BenchOptions,
): Promise<BenchRow[]> {
  const articles = texts.map(articleOf);
  const megabytes = articles.reduce((sum, { text }) => sum + text.length, 0) / 1e6;
  const row = (cpu: number, shown: readonly string[]): BenchRow => {
    const formulas = articles.flatMap(({ formulas }) => formulas).length;
    const kept = articles.reduce(
      (sum, { formulas }, i) => sum + formulas.filter((formula) => shown[i].includes(formula)).length,
      0,
    );
    return {
      name: "wikitext",
      value: megabytes / cpu,
      unit: "MB/CPU-s",
      cpuSeconds: cpu,
      note: `${articles.length} articles, ${megabytes.toFixed(1)} MB; ${kept} of ${formulas} formulas kept`,
    };
  };
  const start = cpuSeconds();
  let rounds = 0;
  let shown: string[] = [];
  do {
    shown = articles.map(({ text }) => wikitextToText(text).text);
    rounds++;
  } while (cpuSeconds() - start < seconds);
  const rows = [row((cpuSeconds() - start) / rounds, shown)];
  if (!peers) return rows;
  const answer = await askDocumentPeer<{ cpuSeconds: number; texts: string[] }>("wikitext.py", {}, articles);
  if (answer) rows.push({ ...row(answer.cpuSeconds, answer.texts), peer: "mwparserfromhell" });
  return rows;
}

/** An article of the words of a text: sections with links, notes and templates, and a formula, a list and a table in each. */
function articleOf(text: string, number: number): Article {
  const words = text.replace(/[^\p{L}\p{N}\s.,]/gu, " ").split(/\s+/).filter((word) => word);
  const formulas: string[] = [];
  let wikitext = `{{Infobox thing|name=${number}|born={{birth date|1809|2|12}}}}\n`;
  for (let at = 0; at < words.length; at += 120) {
    const section = words.slice(at, at + 120).map((word, i) =>
      i % 9 === 0
        ? `[[${word} (x)|${word}]]`
        : i % 25 === 4
        ? `${word}<ref>{{cite book|title=${word}|year=1999}}</ref>`
        : i % 31 === 7
        ? `'''${word}''' {{convert|${i}|km}}`
        : word
    );
    const formula = `x_{${at}} = \\frac{a + ${number}}{b^2}`;
    formulas.push(formula);
    wikitext += `== ${words[at]} ==\n${section.slice(0, 80).join(" ")} <math>${formula}</math>.\n\n` +
      `${section.slice(80, 100).map((word) => `* ${word}`).join("\n")}\n{| class="wikitable"\n! a !! b\n` +
      `${section.slice(100).map((word) => `|-\n| ${word} || {{nowrap|${at}}}`).join("\n")}\n|}\n`;
  }
  return { id: `${number}`, text: wikitext, formulas };
}
