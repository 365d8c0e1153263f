import type { Block } from "./blocks.ts";
import type { Literals } from "./marks.ts";

/** Blocks as plain text, parted by an empty line: items marked, cells parted by a tab, formulas bare. */
export function textOf(blocks: readonly Block[], literals: Literals): string {
  let out = "";
  for (const { text, close, lead = "", rows } of blocks) {
    if (out !== "") out += close ? "\n" : "\n\n";
    out += lead + (rows ? rows.map((row) => row.join("\t").trimEnd()).join("\n") : text);
  }
  return literals.restore(out);
}
