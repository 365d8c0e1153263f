import { Random } from "../base/mod.ts";
import { type Document, findFile, listFiles, type OnDrop } from "../data/mod.ts";
import { mailToDocument } from "./mail.ts";

/** The groups of SpamAssassin's public corpus; `hard-ham-1` is mail that filters take for spam. */
export type MailGroup = "easy-ham-1" | "easy-ham-2" | "hard-ham-1" | "spam-1" | "spam-2";

const groups: readonly MailGroup[] = ["easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2"];

/** Options of {@linkcode collectMails}. */
export interface CollectMailsOptions {
  /** Which groups to read. @default {all five} */
  groups?: readonly MailGroup[];
  /** Read a random sample of this many mails, in the order of the files. @default {Infinity} */
  limit?: number;
  /** Names the random sample. @default {1} */
  seed?: number | string;
  /** Called with each mail that gives no document, and why. */
  onDrop?: OnDrop;
}

/**
 * The mails of SpamAssassin's public corpus (2002 and 2003) as Documents: a noisy crawl with labels. `meta.label` is
 * `spam` or `ham`, `meta.group` the group; see {@linkcode mailToDocument} for the rest.
 *
 * @throws {RangeError} If a group is not known or `limit` is not >= 0.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { collectMails } from "midtrain/collect";
 *
 * const mails = await Array.fromAsync(collectMails({ groups: ["spam-1"], limit: 2 }));
 * assert.deepEqual(mails.map(({ meta }) => meta.label), ["spam", "spam"]);
 * ```
 */
export async function* collectMails(options: CollectMailsOptions = {}): AsyncGenerator<Document> {
  const { groups: wanted = groups, limit = Infinity, seed = 1, onDrop } = options;
  for (const group of wanted) {
    if (!groups.includes(group)) {
      throw new RangeError(
        `Cannot collect mails as a group must be one of ${groups.join(", ")}: current value is ${group}`,
      );
    }
  }
  if (!(limit >= 0)) {
    throw new RangeError(`Cannot collect mails as limit must be >= 0: current value is ${limit}`);
  }
  let paths = (await listFiles("spam-assassin")).filter((path) =>
    path.endsWith(".txt") && wanted.some((group) => path.startsWith(`${group}/`))
  );
  if (limit < paths.length) paths = new Random(seed).shuffle(paths).slice(0, Math.floor(limit)).sort();
  for (const path of paths) {
    const group = path.split("/")[0];
    const document = await mailToDocument(await Deno.readFile(await findFile("spam-assassin", path)), {
      source: `spam-assassin/${group}`,
      position: path,
      meta: { label: group.startsWith("spam") ? "spam" : "ham", group },
      ...(onDrop ? { onDrop } : {}),
    });
    if (document) yield document;
  }
}
