/** Markdown to be shown as such; made by {@linkcode md}. */
export class Markdown {
  /** The source. */
  readonly source: string;

  /** Markdown from its source, taken as it is. */
  constructor(source: string) {
    this.source = source;
  }
}

/**
 * Markdown with values in it. What is put in is escaped, so that text of unknown origin shows as it stands; another
 * {@linkcode md} goes in as it is.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { md } from "midtrain/notebook";
 *
 * assert.equal(md`**Kept** ${"<b>*3*"} of ${md`_5_`}`.source, "**Kept** &lt;b&gt;\\*3\\* of _5_");
 * ```
 */
export function md(parts: TemplateStringsArray, ...values: unknown[]): Markdown {
  if (!Array.isArray(parts?.raw)) {
    throw new TypeError("Cannot write Markdown as md must stand before a template, md`...`: it was called");
  }
  const written = values.map((value) =>
    value instanceof Markdown ? value.source : escapeMarkdown(String(value))
  );
  return new Markdown(parts.reduce((text, part, i) => text + written[i - 1] + part));
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|~$]/g, "\\$&").replace(/[&<>]/g, (letter) => entities[letter]);
}
