import { answered, here, type Loose, type Mistake, page } from "./_mistakes.ts";

const { readStackExchange, readWikipedia, readWikipediaPage, wikitextToText }: Loose = await import(
  "midtrain/collect"
);

const mistakes: Mistake[] = [
  [
    () => wikitextToText(page),
    "Cannot read wikitext as wikitext must be a text: current value is an object",
  ],
  [
    () => wikitextToText("[[A]]", { lang: "de" }),
    "Cannot read wikitext as there is no option lang: known are language, title, leaveOut, format",
  ],
  [
    () => readWikipedia(here("nowhere.xml.bz2")),
    "Cannot read FOLDER/nowhere.xml.bz2: there is no such file",
  ],
  [
    () => readWikipedia(here("pages.jsonl")),
    'Cannot read FOLDER/pages.jsonl as it must be a dump of a wiki in XML: it begins with "{\\"id\\":\\"a\\",\\"text\\":\\"One.\\",\\"source\\":\\"web\\"}\\n"',
  ],
  [
    () => readWikipedia(here("pages.jsonl"), { offset: 5 }),
    "Cannot read a dump as there is no option offset: known are onDrop, namespaces, leaveOut, format, source, license, maxPageBytes, after",
  ],
  [
    () => readWikipedia(here("pages.jsonl"), { after: 5 }),
    "Cannot go on with FOLDER/pages.jsonl as after.offset must be a whole number >= 0: current value is undefined",
  ],
  [
    () => readWikipediaPage(here("dump.xml.bz2"), { title: "Tea" }),
    "Cannot read a page as index must be given where the dump is not called *-multistream.xml.bz2: current value is FOLDER/dump.xml.bz2",
  ],
  [
    () => readWikipediaPage(here("dump-multistream.xml.bz2")),
    "Cannot read a page as title or pageId must be given: neither is",
  ],
  [
    () => readStackExchange(here("own")),
    "Cannot read FOLDER/own as it must hold Posts.xml, plain or compressed: it holds nothing",
  ],
  [() => readStackExchange(here("Posts.xml")), "Cannot read FOLDER/Posts.xml: there is no such file"],
  [
    () => readStackExchange(here("own"), { form: "qa" }),
    "Cannot read FOLDER/own as form must be one of thread, pair: current value is qa",
  ],
  [
    () => readStackExchange(here("own"), { comments: "yes" }),
    "Cannot read FOLDER/own as comments must be true or false: current value is yes",
  ],
  [
    () => readStackExchange(here("own"), { minimumScore: 3 }),
    "Cannot read a dump as there is no option minimumScore: did you mean minScore?",
  ],
  [
    () => readStackExchange(here("own"), { minScore: "3" }),
    'Cannot read FOLDER/own as minScore must be a whole number >= -1000000000: current value is the text "3"',
  ],
];

answered(mistakes);
