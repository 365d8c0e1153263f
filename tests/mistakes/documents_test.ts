import { answered, curve, here, type Loose, type Mistake, page } from "./_mistakes.ts";

const {
  documentId,
  funnel,
  parseCsv,
  readBytes,
  readCsv,
  readCurves,
  readDocuments,
  readJsonl,
  readParquet,
  writeJsonl,
  writeParquet,
}: Loose = await import("midtrain/data");
const { gsm8k, mmlu, publicSet }: Loose = await import("midtrain/sets");
const {
  fetchPages,
  htmlToDocument,
  htmlToText,
  mailToDocument,
  readCdx,
  readWarc,
  readWarcDocuments,
  readWarcRecord,
  writeWarc,
}: Loose = await import("midtrain/collect");

const fetched = Promise.resolve("<p>A</p>");
const later = Promise.resolve({});

const mistakes: Mistake[] = [
  [
    () => funnel().stage("pages", [page]),
    "Cannot count a stage as run must be a function: current value is a list",
  ],
  [
    () => funnel().stage("pages", () => readDocuments),
    "Cannot run pages as documents must be a list or another iterable: current value is the function readDocuments",
  ],
  [
    () => funnel((text: string) => text.length),
    "Cannot count stages as its options must be an object: current value is a function",
  ],
  [
    () => fetchPages(["http://a.example/"], { warc: here("a.warc.gz") }),
    "Cannot fetch pages as userAgent must be given: it is not",
  ],
  [
    () => fetchPages(["http://a.example/"], { warc: here("a.warc.gz"), userAgent: "Mozilla/5.0" }),
    "Cannot fetch pages as userAgent must be a name and how to reach you, as in tea-lab/1.0 (+https://tea.example/bot): current value is Mozilla/5.0",
  ],
  [
    () => fetchPages("http://a.example/", { warc: here("a.warc.gz"), userAgent: "a (b)" }),
    "Cannot fetch pages as urls must be a list or another iterable: current value is a text: give the values, not a path or a name",
  ],
  [
    () => fetchPages([], { warc: here("a.warc"), userAgent: "a (b)" }),
    "Cannot fetch pages as warc must end in .gz: current value is FOLDER/a.warc",
  ],
  [
    () => writeWarc(here("a.warc.gz"), [{ type: "response", content: "<p>", date: "2024-01-01" }]),
    "Cannot write a WARC record as content must be bytes (Uint8Array): current value is a text",
  ],
  [
    () => writeWarc(here("a.warc.gz"), [{ type: "response", content: new Uint8Array() }]),
    "Cannot write a WARC as records[0] must be an object with type, content, date: it lacks date and has type, content",
  ],
  [
    () => readWarc(here("pages.jsonl")),
    'Cannot read FOLDER/pages.jsonl as it must be WARC: it begins with "{\\"id\\":\\"a\\",\\"text\\":\\"One.\\",\\"source\\":\\"web\\"}"',
  ],
  [() => readWarc(here("nowhere.warc")), "Cannot read FOLDER/nowhere.warc: there is no such file"],
  [
    () => readWarcDocuments(here("pages.jsonl"), { keep: "all" }),
    "Cannot read a WARC as there is no option keep: known are from, maxRecordBytes, onDrop, source, html, maxPageBytes",
  ],
  [
    () => readWarcRecord(here("pages.jsonl"), 17),
    "Cannot read a WARC record as offset must be a whole number >= 0: current value is undefined",
  ],
  [
    () => readCdx(here("pages.jsonl")),
    'Cannot read FOLDER/pages.jsonl as line 1 is without a url: "{\\"id\\":\\"a\\",\\"text\\":\\"One.\\",\\"source\\":\\"web\\"}"',
  ],
  [() => readBytes(here("nowhere.bz2")), "Cannot read FOLDER/nowhere.bz2: there is no such file"],
  [() => readBytes(here("own")), "Cannot read FOLDER/own as it must be a file: it is a folder"],
  [
    () => readBytes(here("pages.jsonl"), { offset: 5 }),
    "Cannot read a file as there is no option offset: known are from, to, wanted",
  ],
  [
    () => readBytes(here("pages.jsonl"), { from: "5" }),
    'Cannot read FOLDER/pages.jsonl as from must be a whole number >= 0: current value is the text "5"',
  ],
  [() => readDocuments([page]), "Cannot read documents as path must be a text: current value is a list"],
  [
    () => readDocuments(Promise.resolve(here("pages.jsonl"))),
    "Cannot read documents as path must be a text: current value is a promise: await it",
  ],
  [
    () => readDocuments(here("pages.jsonl"), "content"),
    "Cannot read documents as its options must be an object: current value is a text",
  ],
  [
    () => readDocuments(here("pages.jsonl"), { text_field: "body" }),
    "Cannot read documents as there is no option text_field: did you mean textField?",
  ],
  [
    () => readDocuments(here("pages.jsonl"), { column: "body" }),
    "Cannot read documents as there is no option column: did you mean textField?",
  ],
  [
    () => readDocuments(here("pages.jsonl"), { textField: "content" }),
    'Cannot read FOLDER/pages.jsonl as line 1 has no text in field content: "{\\"id\\":\\"a\\",\\"text\\":\\"One.\\",\\"source\\":\\"web\\"}"; onDrop passes over such lines',
  ],
  [
    () => readDocuments(here("array.json"), { textField: "body" }),
    "Cannot read FOLDER/array.json as it must be JSON Lines, one value a line: it begins with a JSON array",
  ],
  [
    () => readDocuments(here("own")),
    "Cannot read FOLDER/own as it must be JSON Lines, or a folder of .txt or .md files: it holds nothing",
  ],
  [() => readDocuments(here("nowhere.jsonl")), "Cannot read FOLDER/nowhere.jsonl: there is no such file"],
  [
    () => readDocuments(here("numbers.jsonl")),
    'Cannot read FOLDER/numbers.jsonl as line 1 is not a JSON object: "1"; onDrop passes over such lines',
  ],
  [
    () => readDocuments(new URL(import.meta.url)),
    "Cannot read documents as path must be a text: current value is an object",
  ],
  [() => readJsonl(page), "Cannot read JSON Lines as path must be a text: current value is an object"],
  [() => readJsonl(here("own")), "Cannot read FOLDER/own as it must be JSON Lines: it is a folder"],
  [
    () => readParquet(here("pages.jsonl")),
    "Cannot read FOLDER/pages.jsonl as it must be a whole Parquet file: parquet file invalid (footer != PAR1)",
  ],
  [() => readParquet([page]), "Cannot read a Parquet file as path must be a text: current value is a list"],
  [
    () => writeJsonl([page], here("out.jsonl")),
    "Cannot write JSON Lines as path must be a text: current value is a list",
  ],
  [
    () => writeJsonl(here("out.jsonl"), page),
    "Cannot write JSON Lines as values must be a list or another iterable: current value is an object with id, text, source, meta: one alone goes in [ ]",
  ],
  [
    () => writeJsonl(here("out.jsonl"), Promise.resolve([page])),
    "Cannot write JSON Lines as values must be a list or another iterable: current value is a promise: await it",
  ],
  [
    () => writeJsonl(here("out.jsonl"), JSON.stringify(page)),
    "Cannot write JSON Lines as values must be a list or another iterable: current value is a text: give the values, not a path or a name",
  ],
  [
    () => writeJsonl(here("out.jsonl"), [{ id: 1n }]),
    "Cannot write FOLDER/out.jsonl as every value must have a JSON form: value 0 has none: Do not know how to serialize a BigInt",
  ],
  [
    () => writeJsonl(here("out.jsonl"), [undefined]),
    "Cannot write FOLDER/out.jsonl as every value must have a JSON form: value 0 is undefined",
  ],
  [
    () => writeParquet(here("out.parquet"), ["a text"]),
    "Cannot write a Parquet file as documents[0] must be an object with id, text: current value is a text: give the object itself",
  ],
  [
    () => writeParquet(here("out.parquet"), page),
    "Cannot write a Parquet file as documents must be a list or another iterable: current value is an object with id, text, source, meta: one alone goes in [ ]",
  ],
  [
    () => writeParquet(here("out.parquet"), [{ id: "a", body: "b" }]),
    "Cannot write a Parquet file as documents[0] must be an object with id, text: it lacks text and has id, body",
  ],
  [() => readCurves(here("nowhere.csv")), "Cannot read FOLDER/nowhere.csv: there is no such file"],
  [() => readCurves([curve]), "Cannot read curves as paths[0] must be a text: current value is an object"],
  [
    () => readCurves(here("curves.csv"), { columns: { lr: "rate" } }),
    "Cannot read curves as there is no option lr: did you mean learningRate?",
  ],
  [
    () => readCurves(here("curves.csv"), { columns: ["step", "loss", "lr"] }),
    "Cannot read curves as its options must be an object: current value is a list",
  ],
  [
    () => readCurves(here("curves.csv"), { columns: { loss: "train_loss" } }),
    'Cannot read FOLDER/curves.csv as columns.loss must be one of step, loss, lr: current value is "train_loss"',
  ],
  [
    () => readCurves(here("curves.csv"), { schedule: "cosine" }),
    'Cannot read curves as schedule must have a peak and its steps beside its name, such as { kind: "cosine", peak: 3e-4, steps: 1000 }: current value is "cosine"',
  ],
  [
    () => readCurves(here("curves.csv"), { schedule: [1e-3, 5e-4] }),
    "Cannot read curves as schedule must be an object: current value is a list",
  ],
  [() => readCurves([]), "Cannot read curves as a file must be given: the list is empty"],
  [
    () => readCurves(here("own")),
    "Cannot read FOLDER/own as it must hold a log: there is no CSV, JSON Lines, trainer_state.json or TensorBoard file in it",
  ],
  [
    () => readCurves(here("numbers.csv")),
    "Cannot read FOLDER/numbers.csv as the step's column must be one of 1, 2: none of them counts steps by its name; give columns.step",
  ],
  [() => readCsv("step,loss\n1,2"), "Cannot read step,loss\n1,2: there is no such file"],
  [() => parseCsv(later), "Cannot read a CSV as text must be a text: current value is a promise: await it"],
  [() => documentId(3, "web"), "Cannot name a document as source must be a text: current value is 3"],
  [
    () => gsm8k.read(),
    "Cannot collect word problems as its options must be an object with split: current value is undefined",
  ],
  [
    () => gsm8k.read({ split: "validation" }),
    "Cannot collect word problems as split must be train or test: current value is validation",
  ],
  [
    () => gsm8k.read("train"),
    "Cannot collect word problems as its options must be an object with split: current value is a text",
  ],
  [
    () => mmlu.read({ split: "train" }),
    "Cannot read mmlu as split must be one of dev, test: current value is train",
  ],
  [
    () => publicSet("gsm8k"),
    "Cannot define a public set as definition must be an object with read, name, files: current value is a text: give the object itself",
  ],
  [() => htmlToText(page), "Cannot read HTML as html must be a text: current value is an object"],
  [
    () => htmlToText(fetched),
    "Cannot read HTML as html must be a text: current value is a promise: await it",
  ],
  [
    () => htmlToText("<p>A</p>", { maxDepth: "10" }),
    "Cannot read HTML as the option maxDepth is gone: leave it out, any page is read in linear time now",
  ],
  [
    () => htmlToText("<p>A</p>", { keep: "main" }),
    "Cannot read HTML as keep must be one of article, all: current value is main",
  ],
  [
    () => htmlToText("<p>A</p>", { format: "md" }),
    "Cannot read HTML as format must be one of text, markdown: current value is md",
  ],
  [
    () => htmlToText("<p>A</p>", { content_type: "text/html" }),
    "Cannot read HTML as there is no option content_type: did you mean contentType?",
  ],
  [
    () => htmlToDocument({ html: "<p>A</p>" }),
    "Cannot read HTML as html must be a text: current value is an object",
  ],
  [
    () => htmlToDocument("<p>A</p>", { address: "https://tea.example/" }),
    "Cannot read a page as there is no option address: known are source, position, meta, onDrop, contentType, url, keep, captions, references, format",
  ],
  [
    () => mailToDocument({ subject: "Re" }),
    "Cannot read a mail as it must be text or bytes: current value is object",
  ],
];

answered(mistakes);
