import { each, inRange, takes } from "../../base/mod.ts";
import type { Document, Documents, OnDrop } from "../../data/mod.ts";
import { lint } from "./_ruff.ts";

/** Options of {@linkcode lintPython}. */
export interface LintPythonOptions {
  /** The lowest score that is kept, in [0, 10]. SwallowCode's threshold of pylint's score is 7. @default {7} */
  minScore?: number;
  /** Called with every text that is left out, with what is to be said of it as evidence. */
  onDrop?: OnDrop;
}

/**
 * Keep Python that parses and of which a linter finds little to say: the two filters that come before SwallowCode's rewriting
 * (arXiv:2505.02881). `meta.lint` holds the score.
 *
 * The score is pylint's formula, 10 less ten times the share of findings in statements, with what will not run counted five
 * times. Findings are those of ruff's rules that stand for pylint's, by ruff itself (compiled to WebAssembly, so that nothing is to be
 * installed and no text is executed); `deno task verify lint` holds the score beside pylint's own.
 *
 * @throws {RangeError} If `minScore` is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { lintPython } from "midtrain/synthesize";
 *
 * const file = (id: string, text: string) => ({ id, text, source: "code", meta: {} });
 * const clean = '"""Krill."""\n\n\ndef krill(days):\n    """Tonnes that a whale eats."""\n    return 4 * days\n';
 * const files = [file("clean", clean), file("broken", "def krill(:"), file("poor", "from sea import *\nexec(x); y=1")];
 * const lost: string[] = [];
 * const kept = await Array.fromAsync(lintPython(files, { onDrop: ({ reason }) => lost.push(reason) }));
 * assert.deepEqual(kept.map(({ id, meta }) => [id, meta.lint]), [["clean", 10]]);
 * assert.deepEqual(lost, ["does not parse", "lint score below 7"]);
 * ```
 */
export async function* lintPython(
  documents: Documents,
  options: LintPythonOptions = {},
): AsyncGenerator<Document> {
  takes("Cannot lint Python", options, "minScore?, onDrop?");
  const { minScore = 7, onDrop } = options;
  inRange("Cannot lint Python", { minScore }, "in [0, 10]");
  for await (const document of each("Cannot lint Python", { documents }, "an object with id, text")) {
    const { id, source, text, meta } = document;
    const { fault, score, findings } = await lint(text);
    if (fault === undefined && score >= minScore) {
      yield { ...document, meta: { ...meta, lint: Number(score.toFixed(2)) } };
      continue;
    }
    const found = Object.entries(findings).sort(([, a], [, b]) => b - a).map(([rule, count]) =>
      `${count} ${rule}`
    );
    onDrop?.({
      id,
      source,
      stage: "code/lint",
      reason: fault === undefined ? `lint score below ${minScore}` : "does not parse",
      excerpt: fault ?? `${score.toFixed(2)}: ${found.slice(0, 8).join(", ")}`,
    });
  }
}
