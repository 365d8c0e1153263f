import { darkStyle, ink, palette } from "../figure/mod.ts";

const [text, soft, line, accent] = [ink.text, ink.soft, ink.line, palette[0]].map((one) => one.toLowerCase());

/** The page's style: one column, light or dark as the reader's system, contents at the side where there is room. */
export const style = `
:root { color-scheme: light dark; --ink: ${text}; --soft: ${soft}; --line: ${line}; --paper: #fff; --shade: #f6f8fa;
  --accent: ${accent}; --bad: #b3261e; --bad-shade: #fdeceb; --keyword: #9c2b6b; --string: #0a6640; --number: #9a4a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa4af; --line: #30363d; --paper: #0d1117;
  --shade: #161b22; --accent: #6cb6e8; --bad: #ff9d94; --bad-shade: #331a19; --keyword: #e08bbd; --string: #7fd1ae;
  --number: #f0a868; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, "DejaVu Sans", sans-serif; }
.page { max-width: 58rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1, h2, h3, h4 { line-height: 1.25; margin: 2em 0 .6em; } h1 { font-size: 1.8rem; margin-top: .5em; }
h2 { font-size: 1.35rem; border-bottom: 1px solid var(--line); padding-bottom: .25em; } h3 { font-size: 1.1rem; }
p, li, blockquote { max-width: 46rem; }
a { color: var(--accent); }
pre, code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .84rem; }
pre { margin: 0; overflow-x: auto; line-height: 1.45; }
p code, li code, td code { background: var(--shade); border-radius: 4px; padding: .1em .3em; }
nav { font-size: .9rem; border: 1px solid var(--line); border-radius: 8px; padding: .6rem 1rem; margin: 1rem 0; }
nav ol { list-style: none; margin: .5rem 0 0; padding: 0; } nav li { margin: .2rem 0; } nav .h3 { padding-left: 1rem; }
nav a { text-decoration: none; } nav summary { cursor: pointer; font-weight: 600; }
.facts { color: var(--soft); font-size: .85rem; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; }
.cell { margin: 1rem 0; min-width: 0; }
.source { position: relative; background: var(--shade); border-left: 3px solid var(--line); border-radius: 0 8px 8px 0; }
.source pre { padding: .7rem .9rem; }
.source .time { position: absolute; right: 0; bottom: 0; padding: .2rem .5rem; color: var(--soft);
  background: var(--shade); border-radius: 8px 0; font-size: .72rem; }
body:has(#code:not(:checked)) .source { display: none; }
.failed > .source { border-left-color: var(--bad); }
.output { margin: .6rem 0; overflow-x: auto; } .output p { margin: .3rem 0; }
.stream { max-height: 30rem; overflow: auto; color: var(--soft); padding-left: .9rem; white-space: pre-wrap; }
.stderr { border-left: 3px solid var(--number); }
.error { background: var(--bad-shade); border: 1px solid var(--bad); border-radius: 8px; padding: .7rem .9rem; }
.error strong { color: var(--bad); } .error pre { margin-top: .5rem; white-space: pre-wrap; }
.figure { background: #fff; border-radius: 8px; padding: .4rem; width: fit-content; max-width: 100%; overflow-x: auto; }
.figure svg, .figure img { display: block; height: auto; max-width: 100%; }
.figure:has(.midtrain-figure) { background: none; padding: 0; }
${darkStyle}
.figure svg { min-width: calc(var(--width, 0px) * .55); }
table { width: max-content; border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums; }
th, td { padding: .28rem .7rem; border-bottom: 1px solid var(--line); vertical-align: top; white-space: pre-wrap; }
td { max-width: min(34rem, 80vw); overflow-wrap: break-word; } thead th { border-bottom: 2px solid var(--line); white-space: nowrap; }
tbody tr:nth-child(even) { background: var(--shade); }
blockquote { margin: 1rem 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--soft); }
.comment { color: var(--soft); font-style: italic; } .string { color: var(--string); } .number { color: var(--number); }
.keyword { color: var(--keyword); }
@media (min-width: 80rem) { .page { margin-left: max(19rem, 50vw - 24rem); }
  nav { position: fixed; left: max(1rem, 50vw - 42rem); top: 1.5rem; width: 16rem; max-height: calc(100vh - 3rem); overflow: auto; } }
.narrow { display: none; }
@media (max-width: 40rem) { .wide { display: none; } .narrow { display: block; } }
/* What is wider than the page shows a shadow where it goes on: many systems draw no scroll bar. */
.output:not(.figure, .error), .midtrain-table { background:
  linear-gradient(to right, var(--paper) 40%, transparent) 0 0 / 2rem 100% local no-repeat,
  linear-gradient(to left, var(--paper) 40%, transparent) 100% 0 / 2rem 100% local no-repeat,
  linear-gradient(to right, var(--line), transparent) 0 0 / .7rem 100% no-repeat,
  linear-gradient(to left, var(--line), transparent) 100% 0 / .7rem 100% no-repeat; }
/* On a phone a figure has the whole width. */
@media (max-width: 40rem) { .figure { margin-left: -1rem; margin-right: -1rem; width: auto; max-width: none; padding: .3rem 0; border-radius: 0; } }
@media print { nav, .facts label { display: none; } .source, .output { break-inside: avoid; } }
`;

/** Nothing may run, and nothing may load. */
export const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
