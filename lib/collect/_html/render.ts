import { blocks } from "./blocks.ts";
import { code } from "./code.ts";
import { formulas } from "./formulas.ts";
import { hidden } from "./hidden.ts";
import { language } from "./language.ts";
import { leaveOut } from "./leave_out.ts";
import { lineNumbers } from "./line_numbers.ts";
import { lists } from "./lists.ts";
import { type Beyond, mainText } from "./main/main_text.ts";
import { markdown } from "./markdown.ts";
import { metadataOf } from "./metadata.ts";
import { Page } from "./page.ts";
import type { Draft, Pass } from "./pass.ts";
import { raised } from "./raised.ts";
import { size } from "./size.ts";
import { tables } from "./tables.ts";
import { text } from "./text.ts";
import { title } from "./title.ts";

/** What a page shows and says of itself. Passes that make an element unwanted come before `leaveOut`. */
export const readPasses: readonly Pass[] = [hidden, leaveOut, formulas, lineNumbers, size, language, title];

/** How that is written. */
export const writePasses: readonly Pass[] = [blocks, lists, tables, raised, code, text];

/** Everything a reader sees. */
export const pagePasses: readonly Pass[] = [...readPasses, ...writePasses];

/** The main text, or everything where there is none. */
export function articlePasses(beyond: Beyond): readonly Pass[] {
  return [...readPasses, mainText(beyond), ...writePasses];
}

/** Passes that write Markdown in place of plain text. */
export function asMarkdown(passes: readonly Pass[]): readonly Pass[] {
  return passes.with(-1, markdown);
}

/** Read a page and apply the passes, in time that grows with its length, whatever it holds. */
export function render(html: string, passes: readonly Pass[], url?: string): Draft {
  const page = new Page(html);
  const draft = draftOf(page, url);
  for (const pass of passes) pass.apply(page, draft);
  return draft;
}

/** What is known of a page before the first pass. */
export function draftOf(page: Page, url?: string): Draft {
  return {
    unwanted: new Uint8Array(page.count),
    instead: new Map(),
    places: new Uint8Array(page.count),
    steps: new Uint16Array(page.count),
    marks: new Map(),
    columns: new Map(),
    code: new Map(),
    markers: new Map(),
    text: "",
    found: false,
    title: "",
    language: "",
    metadata: metadataOf(page, url),
    elements: 0,
    depth: 0,
  };
}
