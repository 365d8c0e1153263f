import { blocks } from "./blocks.ts";
import { captions } from "./captions.ts";
import { code } from "./code.ts";
import { formulas } from "./formulas.ts";
import { hidden } from "./hidden.ts";
import { language } from "./language.ts";
import { leaveOut } from "./leave_out.ts";
import { lineNumbers } from "./line_numbers.ts";
import { linkLists } from "./link_lists.ts";
import { lists } from "./lists.ts";
import { Page } from "./page.ts";
import type { Draft, Pass } from "./pass.ts";
import { raised } from "./raised.ts";
import { size } from "./size.ts";
import { tables } from "./tables.ts";
import { text } from "./text.ts";
import { title } from "./title.ts";

/** Everything a reader sees. Passes that make an element unwanted come before `leaveOut`, those that set steps after it. */
export const pagePasses: readonly Pass[] = [
  ...[hidden, leaveOut, formulas, lineNumbers],
  ...[size, language, title],
  ...[blocks, lists, tables, raised, code, text],
];

/** An article that was cut out of its page, without what stands in it without being of it. */
export const articlePasses: readonly Pass[] = [
  ...[hidden, captions, leaveOut, formulas, lineNumbers],
  ...[size, language, title],
  ...[blocks, lists, linkLists, tables, raised, code, text],
];

/** Read a page and apply the passes, in time that grows with its length, whatever it holds. */
export function render(html: string, passes: readonly Pass[]): Draft {
  const page = new Page(html);
  const draft: Draft = {
    unwanted: new Uint8Array(page.count),
    instead: new Map(),
    places: new Uint8Array(page.count),
    steps: new Uint16Array(page.count),
    marks: new Map(),
    columns: new Map(),
    code: new Map(),
    markers: new Map(),
    text: "",
    title: "",
    language: "",
    elements: 0,
    depth: 0,
  };
  for (const pass of passes) pass.apply(page, draft);
  return draft;
}
