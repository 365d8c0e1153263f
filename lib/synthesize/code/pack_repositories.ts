import { each, type LengthTokenizer, must, ofKind, takes, tokensIn, wholeNumber } from "../../base/mod.ts";
import { type Document, documentId, type Documents, type OnDrop } from "../../data/mod.ts";
import { dependencyOrder, type RepositoryFile } from "./_dependency_order.ts";
import { headingOf } from "./_imports.ts";

/** Options of {@linkcode packRepositories}. */
export interface PackRepositoriesOptions {
  /** What counts tokens: the tokenizer of the model that will read them. */
  tokenizer: LengthTokenizer;
  /** The most tokens of a text; a file that is longer alone is a text of its own, whole. @default {16384} */
  maxTokens?: number;
  /** Called with every file that is left out: it is empty, or its path stands twice in its repository. */
  onDrop?: OnDrop;
}

/**
 * The files of each repository, joined into texts in which a file stands behind those that it imports, so that a model reads a
 * definition before its use (DeepSeek-Coder, arXiv:2401.14196). Each file is headed by its path, as a comment of its language.
 *
 * A file is a document with its `path` in `meta`, from the repository's root with `/`; its repository is `meta.repository`, else
 * its `source`. The files of a repository come one after the other, in any order: one repository is held in memory.
 *
 * Imports are read in Python, JavaScript and TypeScript, C and C++, and Java, and followed where they lead to a file of the
 * repository; other files import nothing. Files that lead to one another stand together; in a circle the one that lacks the fewest of its
 * imports goes first; ties go by path. No file is cut: a text ends before the file that would not fit.
 *
 * A text's `meta` holds `repository`, `paths` and `tokens`; its lineage has all its files as parents, and no model.
 *
 * @throws {RangeError} While iterating: if a file has no path, or a repository comes again after another one.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { packRepositories } from "midtrain/synthesize";
 *
 * const file = (path: string, text: string) => ({ id: path, text, source: "zoo", meta: { path } });
 * const files = [file("app.py", "import whale\nwhale.rise()"), file("whale.py", "def rise():\n    return 'air'")];
 * const tokenizer = { name: "letters", encode: (text: string) => [...text].map((letter) => letter.charCodeAt(0)) };
 * const [{ text }] = await Array.fromAsync(packRepositories(files, { tokenizer }));
 * assert.equal(text, "# whale.py\ndef rise():\n    return 'air'\n\n# app.py\nimport whale\nwhale.rise()\n");
 * ```
 */
export async function* packRepositories(
  files: Documents,
  options: PackRepositoriesOptions,
): AsyncGenerator<Document> {
  const cannot = "Cannot pack repositories";
  takes(cannot, options, "tokenizer, maxTokens?, onDrop?");
  const { tokenizer, maxTokens = 16_384, onDrop } = options;
  ofKind(cannot, { tokenizer }, "an object with encode");
  wholeNumber(cannot, { maxTokens }, ">= 1");
  const finished = new Set<string>();
  let repository: string | undefined;
  let held = new Map<string, File>();
  for await (const document of each(cannot, { files }, "an object with id, text, meta")) {
    const { path, repository: named } = document.meta ?? {};
    must(cannot, `meta.path of ${document.id} must be a text`, path, typeof path === "string" && path !== "");
    const its = typeof named === "string" ? named : document.source;
    if (its !== repository) {
      if (repository !== undefined) yield* packed(repository, held, { tokenizer, maxTokens });
      must(cannot, "the files of a repository must come one after the other", its, !finished.has(its));
      finished.add(its);
      repository = its;
      held = new Map();
    }
    const file = { path: path as string, text: document.text, document };
    const reason = file.text.trim() === "" ? "empty" : held.has(file.path) ? "path stands twice" : undefined;
    if (reason === undefined) held.set(file.path, file);
    else onDrop?.({ id: document.id, source: document.source, stage: id, reason, excerpt: file.path });
  }
  if (repository !== undefined) yield* packed(repository, held, { tokenizer, maxTokens });
}

const id = "code/repository@1";

interface File extends RepositoryFile {
  document: Document;
}

function* packed(
  repository: string,
  files: ReadonlyMap<string, File>,
  { tokenizer, maxTokens }: Required<Omit<PackRepositoriesOptions, "onDrop">>,
): Generator<Document> {
  const left = dependencyOrder([...files.values()]).map((file) => {
    const text = `${headingOf(file.path)}\n${
      file.text.replaceAll("\r\n", "\n").replace(/^\s*\n/, "").trimEnd()
    }\n`;
    return { file, text, tokens: tokensIn(`${text}\n`, tokenizer) };
  });
  while (left.length > 0) {
    let count = 0;
    for (let sum = 0; count < left.length; count++) {
      sum += left[count].tokens;
      if (sum > maxTokens && count > 0) break;
    }
    // Where files meet, a tokenizer may cut otherwise than within them: the whole is counted too.
    let whole = joined(left.slice(0, count));
    while (tokensIn(whole, tokenizer) > maxTokens && count > 1) whole = joined(left.slice(0, --count));
    const taken = left.splice(0, count).map(({ file }) => file);
    yield {
      id: documentId(id, taken.map(({ document }) => document.id).join("\n")),
      text: whole,
      source: id,
      meta: {
        parentSource: taken[0].document.source,
        repository,
        paths: taken.map(({ path }) => path),
        tokens: tokensIn(whole, tokenizer),
      },
      lineage: {
        parents: taken.map(({ document }) => document.id),
        prompt: id,
        model: "none",
        sampling: { max_tokens: maxTokens },
      },
    };
  }
}

function joined(files: readonly { text: string }[]): string {
  return files.map(({ text }) => text).join("\n");
}
