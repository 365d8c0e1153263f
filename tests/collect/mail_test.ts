import assert from "node:assert/strict";
import { mailToDocument } from "../../lib/collect/mod.ts";
import { documentId, type Drop } from "../../lib/data/mod.ts";

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

async function read(mail: string | Uint8Array, options = {}) {
  const drops: Drop[] = [];
  const document = await mailToDocument(mail, { onDrop: (drop) => drops.push(drop), ...options });
  return { document, reasons: drops.map(({ reason }) => reason) };
}

Deno.test("mailToDocument() takes the plain part before the HTML part", async () => {
  const mail = [
    "From: a@example.org",
    "Subject: =?iso-8859-1?q?Caf=E9?=",
    "Date: Thu, 22 Aug 2002 13:17:22 +0100",
    "Content-Type: multipart/alternative; boundary=x",
    "",
    "--x",
    "Content-Type: text/html",
    "",
    "<p>from html</p>",
    "--x",
    "Content-Type: text/plain; charset=iso-8859-1",
    "Content-Transfer-Encoding: quoted-printable",
    "",
    "from plain, caf=E9",
    "--x--",
    "",
  ].join("\r\n");
  const { document } = await read(mail, { source: "mails", position: 7, meta: { label: "ham" } });
  assert.deepEqual(document, {
    id: documentId("mails", 7),
    text: "from plain, café",
    source: "mails",
    meta: {
      label: "ham",
      subject: "Café",
      date: "2002-08-22T12:17:22.000Z",
      hadHtml: true,
      attachments: 0,
      replacedCharacters: 0,
    },
  });
});

Deno.test("mailToDocument() reads an HTML part as text when there is no other", async () => {
  const mail =
    "Content-Type: text/html\nContent-Transfer-Encoding: base64\n\nPHA+Qm9pbCAmYW1wOyBwb3VyPC9wPg==\n";
  assert.equal((await read(mail)).document?.text, "Boil & pour");
});

Deno.test("mailToDocument() counts what the named charset cannot decode, and drops a mail that is mostly that", async () => {
  const head = "Content-Type: text/plain; charset=utf-8\n\n";
  const some = await read(bytes(`${head}${"good text ".repeat(20)}\xff\xfe`));
  assert.equal(some.document?.meta.replacedCharacters, 2);
  const most = await read(bytes(`${head}ab\xff\xff\xff\xff`));
  assert.deepEqual([most.document, most.reasons], [undefined, ["undecodable"]]);
});

Deno.test("mailToDocument() drops a mail without a text, whatever it is made of", async () => {
  for (
    const mail of [
      "",
      "Subject: nothing\n\n",
      "Content-Type: image/gif\nContent-Transfer-Encoding: base64\n\nR0lGODlh\n",
    ]
  ) {
    assert.deepEqual(await read(mail), { document: undefined, reasons: ["no text"] });
  }
});

Deno.test("mailToDocument() drops a mail whose parts nest without end, and one whose head never ends", async () => {
  let nested = "";
  for (let i = 0; i < 2000; i++) nested += `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`;
  const bomb = await read(nested + "\ntext");
  assert.deepEqual([bomb.document, bomb.reasons], [undefined, ["not a readable mail"]]);
  const head = await read(`Subject: ${"x".repeat(5_000_000)}\n\ntext`);
  assert.deepEqual([head.document, head.reasons], [undefined, ["not a readable mail"]]);
});

Deno.test("mailToDocument() reads a mail of one line of 20 MB", async () => {
  const { document } = await read(`Subject: long\n\n${"word ".repeat(4_000_000)}`);
  assert.equal(document?.text.length, 19_999_999);
});

Deno.test("mailToDocument() refuses what is no mail and a share outside [0, 1]", async () => {
  await assert.rejects(mailToDocument(5 as unknown as string), { name: "TypeError" });
  await assert.rejects(mailToDocument("", { maxReplacedFraction: 2 }), { name: "RangeError" });
});
