import type { Bundle } from "./_jupyter.ts";

/** A part of what help says. Texts are Markdown, with the links of docstrings in them. */
export type Block =
  | { heading: string }
  | { label: string }
  | { code: string }
  | { text: string }
  | { items: Item[] };

/** A name or a line of code with what it means. */
export interface Item {
  term: string;
  /** Said behind the term. */
  note?: string;
  what: string;
}

const widest = 100;

/** The blocks as Markdown and as text for a terminal of so many columns. */
export function helpBundle(blocks: readonly Block[], columns = widest): Bundle {
  return {
    "text/markdown": blocks.map(blockMarkdown).join("\n\n"),
    "text/plain": blocks.map((block) => blockPlain(block, Math.max(40, Math.min(columns, widest)))).join(
      "\n\n",
    ),
  };
}

/** Text without a docstring's tags: what is linked stands as its name, in code. */
export function readable(text: string): string {
  return text.replace(
    /\{@link(?:code|plain)?\s+([^}|\s]+)(?:\s*\|\s*|\s*)([^}]*)\}/g,
    (_, target, words) => words.trim() || (/^https?:/.test(target) ? target : `\`${target}\``),
  ).trim();
}

/** The first sentence of a docstring, on one line. */
export function firstSentence(text: string | undefined): string {
  const line = readable(text ?? "").split(/\n\s*\n|\n\s*- /)[0].replace(/\s+/g, " ");
  return (/^.*?(?<! al| e\.g| i\.e)\.(?=\s|$)/.exec(line)?.[0] ?? line).replace(/:$/, ".");
}

function blockMarkdown(block: Block): string {
  // Not above the fourth level: the page's contents list the notebook's own headings.
  if ("heading" in block) return `#### ${block.heading}`;
  if ("label" in block) return `**${block.label}**`;
  if ("code" in block) return `\`\`\`ts\n${block.code}\n\`\`\``;
  if ("text" in block) return readable(block.text);
  return block.items.map(({ term, note, what }) =>
    `- \`${term}\`${note ? `, ${note}` : ""}${
      what ? `: ${readable(what).replace(/\s*\n\s*/g, (gap) => /\n.*\n/.test(gap) ? "\n\n  " : "\n  ")}` : ""
    }`
  ).join("\n");
}

function blockPlain(block: Block, columns: number): string {
  if ("heading" in block) return `${block.heading}\n${"─".repeat([...block.heading].length)}`;
  if ("label" in block) return block.label;
  if ("code" in block) return block.code.split("\n").map((line) => `    ${line}`.trimEnd()).join("\n");
  if ("text" in block) return wrap(readable(block.text), columns, "");
  return block.items.map(({ term, note, what }) => {
    const first = `  ${term}${note ? `, ${note}` : ""}`;
    return what ? `${first}\n${wrap(readable(what), columns, "      ")}` : first;
  }).join("\n");
}

/** Paragraphs and list entries broken anew at so many columns, each line after an indent; code between fences as it is. */
function wrap(text: string, columns: number, indent: string): string {
  return text.split(/(```[\s\S]*?```)|\n\s*\n/).filter((part) => part?.trim()).map((part) =>
    part.startsWith("```")
      ? part.split("\n").slice(1, -1).map((line) => `${indent}    ${line}`).join("\n")
      : part.split(/\n(?=\s*[-*] )/).map((one) => wrapOne(one, columns, indent)).join("\n")
  ).join("\n\n");
}

function wrapOne(paragraph: string, columns: number, indent: string): string {
  const hanging = /^\s*[-*] /.test(paragraph) ? `${indent}  ` : indent;
  const lines: string[] = [];
  let line = indent;
  for (const word of paragraph.trim().split(/\s+/)) {
    if (line.trim() !== "" && line.length + word.length + 1 > columns) {
      lines.push(line);
      line = hanging;
    }
    line += line.trim() === "" ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}
