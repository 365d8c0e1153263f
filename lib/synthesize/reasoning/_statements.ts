/** What a statement of a page is. */
export type StatementKind = "theorem" | "definition";

/** A theorem or a definition of a page. */
export interface Statement {
  kind: StatementKind;
  text: string;
  /** Where it stands in the page, in UTF-16 code units. */
  span: [number, number];
}

const named: [StatementKind, string][] = [
  [
    "theorem",
    "theorem|lemma|proposition|corollary|identity|satz|hilfssatz|korollar|théorème|lemme|teorema|teorem|теорема|лемма|定理|引理|推论|推論",
  ],
  ["definition", "definition|définition|definición|definizione|definição|определение|定义|定義"],
];

const environment = /\\begin\{(\w+)\*?\}(?:\[[^\]\n]*\])?[^]*?\\end\{\1\*?\}/g;

/**
 * The statements of a page, in their order: LaTeX's environments, paragraphs that begin with "Theorem 3." or the like, and those in which
 * something with a formula or a number in it is called or defined.
 */
export function statementsOf(text: string, minWords: number): Statement[] {
  const found: Statement[] = [];
  const add = (kind: StatementKind | undefined, from: number, to: number) => {
    const piece = text.slice(from, to).trimEnd();
    const inside = found.some(({ span }) => from < span[1] && span[0] < to);
    if (kind === undefined || inside || piece.split(/\s+/).length < minWords) return;
    found.push({ kind, text: piece, span: [from, from + piece.length] });
  };
  for (const { 0: whole, 1: name, index } of text.matchAll(environment)) {
    add(kindNamed(name), index, index + whole.length);
  }
  for (const { 0: paragraph, index } of text.matchAll(/\S(?:[^\n]|\n(?![ \t]*\n))*/g)) {
    add(kindOf(paragraph), index, index + paragraph.length);
  }
  return found.sort((a, b) => a.span[0] - b.span[0]);
}

function kindNamed(name: string): StatementKind | undefined {
  return named.find(([, names]) => new RegExp(`^(?:${names})$`, "i").test(name))?.[0];
}

function kindOf(paragraph: string): StatementKind | undefined {
  for (const [kind, names] of named) {
    // "Theorem 2.1 (Pythagoras).", "**Definition:**", "Pythagoras' theorem: …"; "Theorems are dear to us" is none.
    const head = new RegExp(
      `^[\\s*_#>]*(?:[\\p{Lu}][\\p{L}'’-]*\\s+){0,3}?(?:${names})(?![\\p{L}])[*_]*[ \\t]*(?:\\d[\\d.]*)?[*_]*[ \\t]*(?:\\([^)\\n]*\\))?[*_]*[ \\t]*[.:：。\\n—–-]`,
      "iu",
    );
    if (head.test(paragraph)) return kind;
  }
  const defines = /\b(?:is|are) (?:called|said to be|defined (?:as|by|to be)|known as)\b/i.test(paragraph);
  return defines && /[$\\=^√]|\d/.test(paragraph) ? "definition" : undefined;
}
