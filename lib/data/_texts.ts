import { basename, join, relative, sep } from "node:path";
import { type Document, documentId, type OnDrop } from "./document.ts";
import { readBytes } from "./_bytes.ts";
import { documentFrom, fileName, type RecordOptions } from "./_record.ts";

const texts = /\.(?:txt|md)(?:\.(?:gz|zstd?|bz2|xz|br))?$/i;

/**
 * A folder's texts, a Document each `.txt` or `.md` file in it and in its folders, in the order of their paths; hidden ones
 * are left. A file is read as the record `{ text, file }`, where `file` is its path in the folder.
 *
 * @throws {Deno.errors.InvalidData} If there is none.
 * @throws {SyntaxError} If one is not UTF-8 or larger than the limit, and there is no `onDrop`.
 */
export async function* readTexts(
  folder: string,
  options: RecordOptions & { onDrop?: OnDrop },
  maxBytes: number,
): AsyncGenerator<Document> {
  const paths = (await Array.fromAsync(walk(folder))).map((path) => relative(folder, path)).sort();
  if (!paths.some((path) => texts.test(path))) {
    const some = paths.length > 3
      ? `${paths.slice(0, 3).join(", ")} and ${paths.length - 3} more`
      : paths.join(", ");
    throw new Deno.errors.InvalidData(
      `Cannot read ${folder} as it must be JSON Lines, or a folder of .txt or .md files: it holds ${
        some || "nothing"
      }`,
    );
  }
  for (const path of paths) {
    const file = path.replaceAll(sep, "/");
    const drop = (reason: string) =>
      options.onDrop?.({
        id: documentId(options.source ?? fileName(folder), file),
        source: options.source ?? folder,
        stage: "data/texts",
        reason,
        excerpt: file,
      });
    if (!texts.test(path)) {
      drop("neither .txt nor .md");
      continue;
    }
    const text = await textOf(join(folder, path), maxBytes);
    const document = "text" in text
      ? documentFrom({ ...text, file }, { path: folder, position: file, options })
      : text.reason;
    if (typeof document !== "string") yield document;
    else if (options.onDrop) drop(document);
    else {
      const verb = document.startsWith("no ") ? "has" : "is";
      throw new SyntaxError(
        `Cannot read ${join(folder, path)} as it ${verb} ${document}; onDrop passes over such files`,
      );
    }
  }
}

/** A file's text, or why it is none. */
async function textOf(path: string, maxBytes: number): Promise<{ text: string } | { reason: string }> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let [text, bytes] = ["", 0];
  for await (const part of readBytes(path, { wanted: "text" })) {
    bytes += part.length;
    if (bytes > maxBytes) return { reason: `longer than ${maxBytes} bytes` };
    try {
      text += decoder.decode(part, { stream: true });
    } catch {
      return { reason: "not UTF-8" };
    }
  }
  try {
    return { text: text + decoder.decode() };
  } catch {
    return { reason: "not UTF-8" };
  }
}

/** The files below a folder that are not hidden. */
async function* walk(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (basename(path).startsWith(".")) continue;
    if (entry.isDirectory) yield* walk(path);
    else if (entry.isFile || entry.isSymlink) yield path;
  }
}
