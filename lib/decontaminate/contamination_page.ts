import { escapeHtml, offlinePage, ofKind, said, takes, wholeNumber, WordScanner } from "../base/mod.ts";
import type { Contamination } from "./contamination.ts";
import { type EvaluationIndex, searchIndexOf } from "./evaluation_index.ts";
import type { Detection } from "./measure_detection.ts";
import { readable } from "./_readable.ts";

/** A call with the text it was made in. */
export interface FoundIn {
  /** The call. */
  call: Contamination;
  /** The document. */
  document: { id: string; text: string };
}

/** Options of {@linkcode contaminationPage}. */
export interface ContaminationPageOptions {
  /** The page's heading. @default {"What evaluations hold"} */
  title?: string;
  /** What the rule finds of planted copies, to stand above the calls. @default {nothing} */
  detection?: Detection;
  /** How many characters before and behind a match are shown. @default {300} */
  context?: number;
  /** The most calls that are shown; the page says how many there are. @default {200} */
  limit?: number;
}

/**
 * The calls as a page of HTML to be read: each item beside the document's text, the runs of two and more words that both have
 * marked, with rule, score, place and whether the answer stands behind. The page has no script and asks for nothing: it opens
 * offline. All that documents and items say is escaped.
 *
 * @param found The calls, each with its document: what `onContamination` of {@linkcode decontaminate} is given.
 * @param index The index that they were found by.
 * @throws {RangeError} If a number is out of range, or an item is not in the index.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { buildIndex, contaminationPage, findContamination } from "midtrain/decontaminate";
 *
 * const question = "Which of the nine <b>planets</b> is nearest to the sun?";
 * const index = buildIndex([{ id: "q1", question, answer: "Mercury", benchmark: "own" }]);
 * const document = { id: "d1", text: `Quiz: ${question} Mercury!` };
 * const found = findContamination(document.text, index).map((call) => ({ call, document }));
 * const html = contaminationPage(found, index);
 * assert.match(html, /<mark>Which of the nine &lt;b&gt;planets&lt;\/b&gt; is nearest to the sun<\/mark>/);
 * await Deno.writeTextFile(`${await Deno.makeTempDir()}/found.html`, html);
 * ```
 */
export function contaminationPage(
  found: readonly FoundIn[],
  index: EvaluationIndex,
  options: ContaminationPageOptions = {},
): string {
  const cannot = "Cannot write a page of contamination";
  takes(cannot, options, "title?, detection?, context?, limit?");
  ofKind(cannot, { found }, "a list of objects with call, document");
  const { title = "What evaluations hold", detection, context = 300, limit = 200 } = options;
  wholeNumber(cannot, { context, limit }, ">= 0");
  const { items } = searchIndexOf(index, cannot);
  const byId = new Map(items.map((item) => [item.id, item]));
  const scanner = new WordScanner({ digits: index.digits });
  const wordsOf = (text: string): Words => {
    const count = scanner.scan(readable(text, index));
    return {
      hashes: scanner.hashes.slice(0, count),
      starts: scanner.starts.slice(0, count),
      ends: scanner.ends.slice(0, count),
    };
  };

  const cards = found.slice(0, limit).map(({ call, document }) => {
    const item = byId.get(call.item);
    if (!item) {
      throw new RangeError(
        `${cannot} as each item must be in the index: ${JSON.stringify(call.item)} is not`,
      );
    }
    const { start, end } = call;
    const from = Math.max(0, start - context);
    const to = Math.min(document.text.length, end + context);
    const matched = document.text.slice(start, end);
    const [own, theirs] = [wordsOf(item.question), wordsOf(matched)];
    const answer = item.answer === undefined ? "" : `<p class="answer">${escapeHtml(item.answer)}</p>`;
    return `<article>
<h2 dir="auto">${escapeHtml(item.id)}</h2>
<p class="facts">${escapeHtml(call.benchmark)} · ${call.rule} ${
      call.score.toFixed(3)
    } · answer ${call.answer}</p>
<div class="sides">
<section><h3>The item</h3><p class="text" dir="auto">${
      marked(item.question, own, theirs)
    }</p>${answer}</section>
<section><h3 dir="auto">${
      escapeHtml(document.id)
    }, characters ${start} to ${end}</h3><p class="text" dir="auto">${
      from > 0 ? "…" : ""
    }<span class="around">${escapeHtml(document.text.slice(from, start))}</span>${
      marked(matched, theirs, own)
    }<span class="around">${escapeHtml(document.text.slice(end, to))}</span>${
      to < document.text.length ? "…" : ""
    }</p></section>
</div>
</article>`;
  });

  const documents = new Set(found.map(({ document }) => document.id)).size;
  const called = new Set(found.map(({ call }) => call.item)).size;
  const more = found.length > limit ? ` The first ${limit} are shown.` : "";
  const body = `<h1 dir="auto">${escapeHtml(title)}</h1>
<p>Calls: ${found.length}, of ${called} of ${items.length} items; documents: ${documents}. Items that no rule can see: ${index.unchecked.length}.${more}</p>
${detection ? measured(detection) : ""}
${cards.join("\n")}`;
  return offlinePage(title, body, style);
}

/** A text's words and their places. */
interface Words {
  hashes: Uint32Array;
  starts: Uint32Array;
  ends: Uint32Array;
}

/** The text, with marks around the runs of two and more words that the other one has too; a text of one word whole. */
function marked(text: string, words: Words, other: Words): string {
  const { hashes, starts, ends } = words;
  const pair = (a: number, b: number) => `${a} ${b}`;
  const pairs = new Set(
    Array.from(other.hashes.subarray(1), (second, at) => pair(other.hashes[at], second)),
  );
  const joined = Array.from(hashes.subarray(1), (second, at) => pairs.has(pair(hashes[at], second)));
  let html = "";
  let until = 0;
  for (let at = 0; at < hashes.length; at++) {
    if (!joined[at] && !(hashes.length === 1 && other.hashes.includes(hashes[0]))) continue;
    let last = at;
    while (joined[last]) last++;
    html += `${escapeHtml(text.slice(until, starts[at]))}<mark>${
      escapeHtml(text.slice(starts[at], ends[last]))
    }</mark>`;
    until = ends[last];
    at = last;
  }
  return html + escapeHtml(text.slice(until));
}

function measured({ recall, precision, calls, falseCalls, f1 }: Detection): string {
  const rows = recall.map(({ kind, found, planted, ...interval }) =>
    `<tr><td>${escapeHtml(kind)}</td><td>${found} of ${planted}</td><td>${said(interval)}</td></tr>`
  );
  const right = precision
    ? `<p>${calls} calls on planted copies, ${falseCalls.length} of them wrong: precision ${
      said(precision)
    }, F1 ${f1.toFixed(3)}.</p>`
    : "";
  return `<table><caption>What the same search finds of planted copies</caption>
<thead><tr><th>planted as</th><th>found</th><th>recall, 95 % interval</th></tr></thead><tbody>${
    rows.join("")
  }</tbody></table>${right}`;
}

const style =
  `:root{color-scheme:light dark;--line:light-dark(#d5d9de,#3a4048);--quiet:light-dark(#57606a,#9aa4af);
--mark:light-dark(#fff0a8,#5c4a00)}
body{font:16px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.05rem;margin:0;overflow-wrap:anywhere}
h3{font-size:.85rem;margin:0 0 .4rem;color:var(--quiet);overflow-wrap:anywhere}
article{border:1px solid var(--line);border-radius:8px;padding:1rem;margin:1rem 0}
.facts,caption,.around{color:var(--quiet)}.facts{margin:.1rem 0 .8rem;font-size:.9rem}
.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(22rem,100%),1fr));gap:1.5rem}
.text{white-space:pre-wrap;overflow-wrap:anywhere;margin:0}
.answer{border-left:3px solid var(--line);padding-left:.7rem;white-space:pre-wrap;overflow-wrap:anywhere}
mark{background:var(--mark);color:inherit;border-radius:2px}
table{border-collapse:collapse;margin:1rem 0}caption{text-align:left;padding-bottom:.3rem}
th,td{text-align:left;padding:.25rem 1rem .25rem 0;border-bottom:1px solid var(--line)}`;
