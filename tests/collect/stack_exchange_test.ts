import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { readStackExchange } from "../../lib/collect/mod.ts";
import { type Document, documentId, type Drop } from "../../lib/data/mod.ts";

const folder = await Deno.makeTempDir({ prefix: "midtrain-exchange-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const escaped = (text: string) =>
  text.replace(/[&<>"\n]/g, (character) => `&#x${character.codePointAt(0)!.toString(16)};`);

function row(values: Record<string, string | number>): string {
  return `  <row ${
    Object.entries(values).map(([name, value]) => `${name}="${escaped(`${value}`)}"`).join(" ")
  } />`;
}

function posts(rows: readonly string[]): string {
  return `\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n<posts>\r\n${rows.join("\r\n")}\r\n</posts>\r\n`;
}

const rows = [
  row({
    ...{ Id: 4, PostTypeId: 1, AcceptedAnswerId: 9, CreationDate: "2010-03-01T10:00:00.000", Score: 12 },
    ...{ Title: "What is <T> & $x^2$?", Tags: "<c++><math>", OwnerUserId: 3, ContentLicense: "CC BY-SA 2.5" },
    Body: "<p>I have:</p>\n\n<pre><code>if (a &lt; b) {\n  x();\n}\n</code></pre>\n<p>Why \\(x^2\\)?</p>",
  }),
  row({
    Id: 5,
    PostTypeId: 2,
    ParentId: 4,
    CreationDate: "2011-05-01",
    Score: 30,
    Body: "<p>Because &amp; so.</p>",
    OwnerUserId: 70,
  }),
  row({
    Id: 6,
    PostTypeId: 1,
    CreationDate: "2019-01-01",
    Score: -2,
    Title: "Low",
    Tags: "|a|b-c|",
    Body: "<p>q</p>",
  }),
  row({ Id: 7, PostTypeId: 4, Body: "About a tag" }),
  row({
    Id: 8,
    PostTypeId: 2,
    ParentId: 6,
    CreationDate: "2019-01-02",
    Score: 0,
    Body: "<p>a</p>",
    OwnerDisplayName: "gone \u{1f33f}",
  }),
  row({
    Id: 9,
    PostTypeId: 2,
    ParentId: 4,
    CreationDate: "2019-01-01",
    Score: 2,
    Body: "<ul><li>It is</li></ul>",
    OwnerUserId: 3,
  }),
  row({ Id: 10, PostTypeId: 1, CreationDate: "2019-01-01", Score: 1, Title: "Alone", Body: "<p>q</p>" }),
  row({ Id: 11, PostTypeId: 2, ParentId: 400, Score: 1, Body: "<p>lost</p>" }),
  row({ Id: 12, PostTypeId: 2, ParentId: 4, Score: -1, CreationDate: "2019-01-01", Body: "<p>No.</p>" }),
];
const users = `<users>\n${row({ Id: -1, DisplayName: "Community" })}\n${
  row({ Id: 3, DisplayName: "Ann & Co" })
}\n${row({ Id: 70, DisplayName: "Bo" })}\n</users>`;

const site = `${folder}/math.stackexchange.com`;
await Deno.mkdir(site);
await Deno.writeTextFile(`${site}/Posts.xml`, posts(rows));
await Deno.writeTextFile(`${site}/Users.xml`, users);

let files = 0;
async function file(content: string | Uint8Array): Promise<string> {
  const path = `${folder}/${++files}.xml`;
  if (typeof content === "string") await Deno.writeTextFile(path, content);
  else await Deno.writeFile(path, content);
  return path;
}

async function read(path: string, options = {}): Promise<{ documents: Document[]; reasons: string[] }> {
  const drops: Drop[] = [];
  const documents = await Array.fromAsync(
    readStackExchange(path, { onDrop: (drop) => drops.push(drop), ...options }),
  );
  return { documents, reasons: drops.map(({ reason }) => reason) };
}

const why = ["post of type 4", "no answers", "answer without a question"];

Deno.test("readStackExchange() joins a question with its answers, the accepted one first, with all that the licence asks for", async () => {
  const { documents, reasons } = await read(site);
  assert.equal(
    documents[0].text,
    "What is <T> & $x^2$?\n\nI have:\n\nif (a < b) {\n  x();\n}\n\nWhy \\(x^2\\)?\n\nAnswer:\n\n- It is\n\nAnswer:\n\nBecause & so.\n\nAnswer:\n\nNo.",
  );
  const { question, answers, ...meta } = documents[0].meta as Record<string, never>;
  assert.deepEqual(meta, {
    title: "What is <T> & $x^2$?",
    questionId: 4,
    tags: ["c++", "math"],
    url: "https://math.stackexchange.com/q/4",
    license: "CC-BY-SA-4.0",
    attribution: '"What is <T> & $x^2$?", Ann & Co, Bo, https://math.stackexchange.com/q/4',
  });
  assert.deepEqual(question, {
    id: 4,
    score: 12,
    isAccepted: false,
    author: "Ann & Co",
    date: "2010-03-01T10:00:00.000",
    license: "CC-BY-SA-2.5",
    url: "https://math.stackexchange.com/q/4",
  });
  assert.deepEqual(
    (answers as Record<string, unknown>[]).map((
      { id, isAccepted, author, license, url },
    ) => [id, isAccepted, author, license, url]),
    [
      [9, true, "Ann & Co", "CC-BY-SA-4.0", "https://math.stackexchange.com/a/9"],
      [5, false, "Bo", "CC-BY-SA-3.0", "https://math.stackexchange.com/a/5"],
      [12, false, "", "CC-BY-SA-4.0", "https://math.stackexchange.com/a/12"],
    ],
  );
  assert.equal(documents[0].id, documentId("math.stackexchange.com", 4));
  assert.deepEqual(documents[1].meta.tags, ["a", "b-c"]);
  assert.match(JSON.stringify(documents[1].meta.answers), /gone 🌿/u);
  assert.deepEqual(reasons, why);
});

Deno.test("readStackExchange() writes Markdown on request: the title a heading, code in fences, formulas as they are", async () => {
  const { documents } = await read(site, { format: "markdown", maxAnswers: 1 });
  assert.equal(
    documents[0].text,
    "# What is \\<T> & $x^2$?\n\nI have:\n\n```\nif (a < b) {\n  x();\n}\n```\n\nWhy \\(x^2\\)?\n\nAnswer:\n\n- It is",
  );
  assert.equal(documents[0].meta.title, "What is <T> & $x^2$?");
});

Deno.test("readStackExchange() puts comments behind their posts on request, with author and licence, and counts those that go", async () => {
  const commented = `${folder}/commented.stackexchange.com`;
  await Deno.mkdir(commented);
  await Deno.writeTextFile(`${commented}/Posts.xml`, posts(rows));
  await Deno.writeTextFile(`${commented}/Users.xml`, users);
  const comment = (Id: number, PostId: number, Text: string, more = {}) =>
    row({ Id, PostId, Score: 1, Text, CreationDate: "2019-01-01", ...more });
  const comments = [
    comment(3, 9, "But `why` & how?", { UserId: 70 }),
    comment(1, 4, "Which?", { UserDisplayName: "gone" }),
    comment(2, 4, "This one.", { CreationDate: "2010-01-01", UserId: 3 }),
    comment(4, 10, "Alone too"),
    comment(5, 7, "On a tag"),
  ];
  await Deno.writeTextFile(`${commented}/Comments.xml`, `<comments>\n${comments.join("\n")}\n</comments>`);
  for (const options of [{}, { maxHeldBytes: 1 }]) {
    const { documents, reasons } = await read(commented, { comments: true, ...options });
    assert.match(
      documents[0].text,
      /Why \\\(x\^2\\\)\?\n\nComment: Which\?\n\nComment: This one\.\n\nAnswer:\n\n- It is\n\nComment: But `why` & how\?\n\nAnswer:/,
    );
    const { question, answers, attribution } = documents[0].meta as Record<string, never>;
    assert.deepEqual((question as { comments: unknown }).comments, [
      { id: 1, score: 1, author: "gone", date: "2019-01-01", license: "CC-BY-SA-4.0" },
      { id: 2, score: 1, author: "Ann & Co", date: "2010-01-01", license: "CC-BY-SA-2.5" },
    ]);
    assert.equal((answers as unknown[]).length, 3);
    assert.match(attribution, /gone/);
    assert.deepEqual(reasons.filter((reason) => reason.startsWith("comment")).sort(), [
      "comment on a post left out",
      "comment without a question or answer",
    ]);
  }
  const { documents } = await read(commented, { comments: true, after: 4 });
  assert.deepEqual(documents.map(({ meta }) => meta.questionId), [6]);
  await assert.rejects(read(site, { comments: true }), {
    message:
      `Cannot read the comments as Comments.xml must lie beside ${site}/Posts.xml, plain or compressed: it does not`,
  });
});

Deno.test("readStackExchange() gives the same of a file, of gzip, and where posts go through the disk", async () => {
  const wanted = await read(site, { source: "x", site: "" });
  const without = (documents: Document[]) => documents.map(({ id, text }) => ({ id, text }));
  for (
    const path of [
      await file(posts(rows)),
      await file(gzipSync(posts(rows))),
      await file(posts(rows.toReversed())),
    ]
  ) {
    for (const maxHeldBytes of [1, 2000, 1e9]) {
      const { documents } = await read(path, { source: "x", maxHeldBytes, folder });
      assert.deepEqual(without(documents), without(wanted.documents));
    }
  }
  // Nothing is left behind, also when reading stops early.
  for await (const _ of readStackExchange(`${site}/Posts.xml`, { maxHeldBytes: 1, folder, onDrop() {} })) {
    break;
  }
  const entries = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  const left = entries.filter((name) => name.startsWith("stack"));
  assert.deepEqual(left, []);
});

Deno.test("readStackExchange() keeps the best answers, in one document each by option, and says what it left", async () => {
  const best = await read(site, { minScore: 0, minAnswerScore: 3, maxAnswers: 1 });
  assert.deepEqual(best.documents.map(({ text }) => text.split("Answer:\n\n").slice(1)), [["- It is"]]);
  assert.deepEqual(best.reasons, [
    "post of type 4",
    "beyond the best 1",
    "answer of a score below 3",
    "score below 0",
    "question left out",
    "no answers",
    "answer without a question",
  ]);
  const { documents } = await read(site, { form: "pair", minScore: 1 });
  assert.deepEqual(
    documents.map(({ id }) => id),
    [9, 5, 12].map((answer) => documentId("math.stackexchange.com", `4 ${answer}`)),
  );
  assert.ok(documents.every(({ text }) => text.startsWith("What is") && text.split("Answer:").length === 2));
});

Deno.test("readStackExchange() goes on behind a question", async () => {
  const { documents } = await read(site);
  assert.deepEqual((await read(site, { after: documents[0].meta.questionId })).documents, documents.slice(1));
  assert.deepEqual((await read(site, { after: 400 })).documents, []);
});

Deno.test("readStackExchange() passes over damaged rows where someone listens, and loses no other", async () => {
  const long = row({ Id: 30, PostTypeId: 2, ParentId: 4, Body: "long ".repeat(100_000) });
  const broken = [
    [`  <row Id="20" PostTypeId="2" ParentId="4" Body="&lt;p>a/> b" Score=5 />`, "not a row"],
    [`  <row Id="20" PostTypeId="2" Body="no end />`, "not whole"],
    [`  <row PostTypeId="2" ParentId="4" Body="x" />`, "a row without an Id"],
    [long, "longer than 20000 bytes"],
  ] as const;
  const { documents } = await read(site, { source: "x", site: "" });
  for (const [bad, reason] of broken) {
    const path = await file(posts([...rows.slice(0, 3), bad, ...rows.slice(3)]));
    const found = await read(path, { source: "x", maxRowBytes: 20_000 });
    assert.deepEqual(found.documents.map(({ text }) => text), documents.map(({ text }) => text), reason);
    assert.deepEqual(found.reasons, [reason, ...why]);
    await assert.rejects(Array.fromAsync(readStackExchange(path, { maxRowBytes: 20_000 })), {
      name: "SyntaxError",
      message: new RegExp(`is ${reason}; onDrop passes over such rows`),
    });
  }
});

Deno.test("readStackExchange() reads a bar and a slash in quotation marks as text", async () => {
  const path = await file(posts([rows[0], `<row Id="5" PostTypeId="2" ParentId="4" Body="a/> b > c" />`]));
  assert.match((await read(path)).documents[0].text, /a\/> b > c$/);
});

Deno.test("readStackExchange() tells a dump that is cut off", async () => {
  const whole = posts(rows);
  for (const cut of [whole.slice(0, whole.indexOf("Because")), whole.slice(0, -12)]) {
    const path = await file(cut);
    assert.ok((await read(path)).reasons.includes("cut off"));
    await assert.rejects(Array.fromAsync(readStackExchange(path)), {
      name: "SyntaxError",
      message: /is cut off/,
    });
  }
});

Deno.test("readStackExchange() names what is no dump, and how an archive is unpacked", async () => {
  await assert.rejects(read(await file("")), {
    name: "InvalidData",
    message: /dump of Stack Exchange: it is empty/,
  });
  await assert.rejects(read(`${site}/Users.xml`), { message: /it begins with "<users>/ });
  const empty = `${folder}/empty`;
  await Deno.mkdir(empty);
  await assert.rejects(read(empty), {
    message: `Cannot read ${empty} as it must hold Posts.xml, plain or compressed: it holds nothing`,
  });
  await Deno.writeFile(
    `${empty}/stackoverflow.com-Posts.7z`,
    new Uint8Array([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4]),
  );
  await assert.rejects(read(empty), {
    message: /it holds stackoverflow.com-Posts.7z, whose members must be unpacked first: 7z x/,
  });
  await assert.rejects(read(`${empty}/stackoverflow.com-Posts.7z`), {
    message: /it is a 7z archive, whose members must be unpacked first/,
  });
});
