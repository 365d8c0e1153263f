import { oneOf, takes } from "../../base/mod.ts";
import { htmlToDocument, mailToDocument, readWarcDocuments, readWikipedia } from "../../collect/mod.ts";
import { type Document, type OnDrop, readDocuments } from "../../data/mod.ts";
import type { InputFile, Json, StageWork } from "../../run/mod.ts";
import { Counts, writeDocuments } from "./_documents.ts";

/** How files are read. */
type As = "documents" | "warc" | "html" | "mail" | "wikipedia";

interface Parameters {
  as: As;
  format: "text" | "markdown";
  textField: string;
}

type Reader = (file: InputFile, parameters: Parameters, onDrop: OnDrop) => AsyncIterable<Document>;

/** Documents out of files, by the name under which the plan found them, so that ids are the same on every machine. */
const READERS: Record<As, Reader> = {
  documents: ({ path, name }, { textField }, onDrop) =>
    readDocuments(path, { source: name, textField, onDrop }),
  warc: ({ path, name }, { format }, onDrop) =>
    readWarcDocuments(path, { source: name, html: { format }, onDrop }),
  wikipedia: ({ path, name }, { format }, onDrop) => readWikipedia(path, { source: name, format, onDrop }),
  async *html({ path, name }, { format }, onDrop) {
    const page = await htmlToDocument(await Deno.readFile(path), { source: name, format, onDrop });
    if (page) yield page;
  },
  async *mail({ path, name }, _parameters, onDrop) {
    const mail = await mailToDocument(await Deno.readFile(path), { source: name, position: 0, onDrop });
    if (mail) yield mail;
  },
};

/** Files in the world's formats, read and extracted: `documents.jsonl`, and `drops.jsonl` with what is none and why. */
const work: StageWork<Parameters & Record<string, Json>> = {
  name: "read",
  version: "1",
  reads: { files: { how: "divided", file: () => "documents.jsonl" } },
  parameters(given) {
    const cannot = "Cannot read";
    takes(cannot, given, "as?, format?, textField?");
    const { as = "documents", format = "text", textField = "text" } = given as Partial<Parameters>;
    oneOf(cannot, { as }, READERS);
    oneOf(cannot, { format }, ["text", "markdown"]);
    return { as, format, textField };
  },
  work({ inputs, parameters, out }) {
    const counts = new Counts();
    return writeDocuments(out, counts, async function* (onDrop) {
      for (const file of inputs.files) {
        counts.add("files");
        yield* READERS[parameters.as](file, parameters, onDrop);
      }
    });
  },
};

export default work;
