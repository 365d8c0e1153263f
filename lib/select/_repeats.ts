import { described, type Description, explainFullDisk, percent } from "../base/mod.ts";
import type { Document, Documents, OnDrop } from "../data/mod.ts";
import { replay } from "./_replay.ts";
import { workFolder } from "./_work_folder.ts";

/** Options of whatever cuts repeated parts out of documents. */
export interface RepeatOptions {
  /**
   * Which copies stay.
   * - `first`: the first one, in the order of the documents.
   * - `none`: none, as of a menu or a notice, which is no text of its own.
   *
   * @default {"first"}
   */
  keep?: "first" | "none";
  /**
   * What becomes of repeated parts.
   * - `remove`: they are cut out; a document of which no word is left goes.
   * - `flag`: all text stays, and `meta.repeated` lists the parts as `[start, end]` in UTF-16 units.
   *
   * @default {"remove"}
   */
  action?: "remove" | "flag";
  /** What becomes of numbers; see `WordOptions` in `midtrain/base`. @default {"keep"} */
  digits?: "keep" | "zero";
  /** Called with each document that goes. */
  onDrop?: OnDrop;
  /** Called at the end with what was found. */
  onReport?: (report: RepeatReport) => void;
}

/** A repeated part, as an example. */
export interface RepeatExample {
  /** Its text, at most 200 UTF-16 units of it. */
  text: string;
  /** How often it stands in the corpus. */
  copies: number;
  /** A document that it was found in. */
  id: string;
}

/** What was found repeated. */
export interface RepeatReport {
  /** Documents read. */
  documents: number;
  /** Documents with a repeated part; those that went are among them. */
  changed: number;
  /** Documents that went, as no word was left. */
  removed: number;
  /** Repeated parts. */
  parts: number;
  /** UTF-16 units in all documents. */
  units: number;
  /** UTF-16 units in repeated parts. */
  repeatedUnits: number;
  /** The part with the most copies first, at most ten. */
  examples: RepeatExample[];
}

/** A part of a text that is repeated, in UTF-16 units. */
export interface Span {
  start: number;
  end: number;
  /** How often it stands in the corpus. */
  copies: number;
}

/** The option names that {@linkcode RepeatOptions} has. */
export const REPEAT_OPTIONS = "keep?, action?, digits?, onDrop?, onReport?";

/** Documents that can be read again, of which a stream lies in a temporary folder meanwhile. */
export async function* readAgain(
  cannot: string,
  documents: Documents,
  read: (documents: () => Documents) => AsyncGenerator<Document>,
): AsyncGenerator<Document> {
  await using folder = await workFolder(cannot, undefined, {});
  await using source = await replay(documents, `${folder.path}/documents.jsonl.zst`).catch((error) => {
    throw explainFullDisk(error, cannot);
  });
  yield* read(() => source.read());
}

/** Cuts spans out of documents, or flags them, and keeps the report. */
export class Cutter {
  readonly report: RepeatReport = described({
    documents: 0,
    changed: 0,
    removed: 0,
    parts: 0,
    units: 0,
    repeatedUnits: 0,
    examples: [] as RepeatExample[],
  }, describe);

  constructor(readonly stage: string, readonly options: RepeatOptions) {}

  /** The document without its spans, which are ascending; undefined where it goes. */
  cut(document: Document, spans: readonly Span[], hasWords: (text: string) => boolean): Document | undefined {
    const { report } = this;
    const { text } = document;
    report.documents++;
    report.units += text.length;
    if (spans.length === 0) return document;
    report.changed++;
    report.parts += spans.length;
    for (const span of spans) {
      report.repeatedUnits += span.end - span.start;
      this.#show(document, span);
    }
    if (this.options.action === "flag") {
      return {
        ...document,
        meta: { ...document.meta, repeated: spans.map(({ start, end }) => [start, end]) },
      };
    }
    let left = "";
    let from = 0;
    for (const { start, end } of spans) {
      left += text.slice(from, start);
      from = end;
    }
    left += text.slice(from);
    if (hasWords(left)) return { ...document, text: left };
    report.removed++;
    this.options.onDrop?.({
      id: document.id,
      source: document.source,
      stage: this.stage,
      reason: "all of it stands elsewhere",
      excerpt: text.slice(0, 200),
    });
  }

  #show({ id, text }: Document, { start, end, copies }: Span): void {
    const { examples } = this.report;
    if (examples.length === 10 && examples[9].copies >= copies) return;
    const shown = text.slice(start, Math.min(end, start + 200)).trim();
    const bare = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
    if (examples.some((example) => bare(example.text) === bare(shown))) return;
    const place = examples.findIndex((example) => example.copies < copies);
    examples.splice(place < 0 ? examples.length : place, 0, { text: shown, copies, id });
    examples.length = Math.min(10, examples.length);
  }
}

function describe(report: RepeatReport): Description {
  const { documents, changed, removed, parts, units, repeatedUnits, examples } = report;
  return [
    {
      rows: [{
        documents,
        "with a repeated part": changed,
        "with nothing else": removed,
        "repeated parts": parts,
        "characters in them": percent(units === 0 ? 0 : repeatedUnits / units),
      }],
    },
    {
      title: "The most repeated parts",
      rows: examples.map(({ copies, text, id }) => ({ copies, text: text.slice(0, 80), "found in": id })),
    },
  ];
}
