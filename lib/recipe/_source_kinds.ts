import type { SourceKind } from "../mix/mod.ts";

/** What a source's name tells of its kind, the first that fits. */
const HINTS: readonly [RegExp, SourceKind][] = [
  [/replay/i, "replay"],
  [/translat|fw2|multilingual|mwiki/i, "multilingual"],
  [/reason|think|logic|qwq|\br1\b|infinibyte|rqa/i, "thinking"],
  [/sft|tulu|flan|instruct/i, "instruction"],
  [/math|gsm|algebra/i, "math"],
  [/code|stack-?edu|stack-v\d|github|pull-requests|jupyter|kaggle|algorithmic/i, "code"],
  [/qa\b|multiple-choice|mcq|stackexchange|reddit|economics/i, "qa"],
  [/pdf|wiki|arxiv|pes2o|book|academic/i, "knowledge"],
  [/synth|cosmopedia|rewrite/i, "synthetic"],
];

/** The kind of a source: as told, or else as its name tells. */
export function kindOfSource(name: string, kinds: Readonly<Record<string, SourceKind>>): SourceKind {
  return kinds[name] ?? HINTS.find(([hint]) => hint.test(name))?.[1] ?? "web";
}
