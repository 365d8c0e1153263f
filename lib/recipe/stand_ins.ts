import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { takes, wholeNumber } from "../base/mod.ts";
import type { Document } from "../data/mod.ts";
import type { SourceKind } from "../mix/mod.ts";
import { splitById } from "../select/mod.ts";
import { gsm8k, gsm8kDocument, mobyDick, sotu, spamAssassin } from "../sets/mod.ts";

/** Documents of one kind, split into what is trained on and what is measured. */
export interface StandIn {
  /** Its name. */
  name: string;
  /** What kind of text it stands for. */
  kind: SourceKind;
  /** Where it is from. */
  from: string;
  /** Documents to train on. */
  train: Document[];
  /** Documents to measure on. */
  heldOut: Document[];
}

/** Options of {@linkcode standIns}. */
export interface StandInsOptions {
  /** Names the split. @default {1} */
  seed?: number | string | undefined;
  /** At most so many bytes of text of each kind. @default {1_000_000} */
  maxBytes?: number | undefined;
}

/**
 * Text that stands for the kinds of a recipe's sources, from packages that are installed with the kit: speeches for the web, a
 * novel for knowledge and for long texts, mails for questions and answers, the kit's own code, and grade-school problems for
 * mathematics where they lie on this machine. Held-out documents are never trained on; problems are those of the training split.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { standIns } from "midtrain/recipe";
 *
 * const found = await standIns({ maxBytes: 20_000 });
 * assert(found.some(({ kind }) => kind === "web") && found.some(({ kind }) => kind === "code"));
 * ```
 */
export async function standIns(options: StandInsOptions = {}): Promise<StandIn[]> {
  const cannot = "Cannot find text for a recipe";
  takes(cannot, options, "seed?, maxBytes?");
  const { seed = 1, maxBytes = 1_000_000 } = options;
  wholeNumber(cannot, { maxBytes }, ">= 1000");
  const chapters = await Array.fromAsync(mobyDick.read());
  const half = Math.ceil(chapters.length / 2);
  const found: (Omit<StandIn, "train" | "heldOut"> & { documents: Document[] })[] = [
    {
      name: "speeches",
      kind: "web",
      from: "State of the Union addresses",
      documents: (await Array.fromAsync(sotu.read())).flatMap(passages),
    },
    {
      name: "novel",
      kind: "knowledge",
      from: "Moby-Dick, the first half",
      documents: chapters.slice(0, half).flatMap(passages),
    },
    {
      name: "chapters",
      kind: "long",
      from: "Moby-Dick, whole chapters of the second half",
      documents: chapters.slice(half),
    },
    {
      name: "mails",
      kind: "qa",
      from: "mails of SpamAssassin",
      documents: await Array.fromAsync(spamAssassin.read({ limit: 1000, seed: Number(seed) || 1 })),
    },
    { name: "code", kind: "code", from: "this kit's own code", documents: await ownCode() },
  ];
  if (await gsm8k.available()) {
    const problems = await Array.fromAsync(gsm8k.read({ split: "train" }));
    found.push({
      name: "problems",
      kind: "math",
      from: "GSM8K, training split",
      documents: problems.map(gsm8kDocument),
    });
  }
  return found.map(({ documents, ...rest }) => {
    const { train, heldOut } = splitById(documents, { heldOutFraction: 0.15, seed });
    return { ...rest, train: upTo(train, maxBytes), heldOut: upTo(heldOut, Math.ceil(maxBytes / 4)) };
  });
}

/** A document in pieces of a few paragraphs, so that a split has many on each side. */
function passages(document: Document): Document[] {
  const paragraphs = document.text.split(/\n\s*\n/);
  const pieces: string[] = [];
  for (const paragraph of paragraphs) {
    if (pieces.length > 0 && pieces.at(-1)!.length < 2000) pieces[pieces.length - 1] += `\n\n${paragraph}`;
    else pieces.push(paragraph);
  }
  return pieces.map((text, i) => ({ ...document, id: `${document.id}/${i}`, text }));
}

/** The code of the rooms, a document a file. */
async function ownCode(): Promise<Document[]> {
  const root = fileURLToPath(new URL("../", import.meta.url));
  const documents: Document[] = [];
  for (const room of ["base", "data", "mix", "schedule", "laws", "select", "synthesize", "evaluate"]) {
    for (const name of (await readdir(`${root}${room}`)).sort()) {
      // A packed copy has it as JavaScript.
      if (!/(?<!\.d)\.[jt]s$/.test(name)) continue;
      const text = await readFile(`${root}${room}/${name}`, "utf8");
      documents.push({ id: `${room}/${name}`, text, source: "code", meta: { room } });
    }
  }
  return documents;
}

/** The first documents, until there are so many bytes. */
function upTo(documents: readonly Document[], bytes: number): Document[] {
  const kept: Document[] = [];
  let sum = 0;
  for (const document of documents) {
    if (sum >= bytes) break;
    kept.push(document);
    sum += document.text.length;
  }
  return kept;
}
