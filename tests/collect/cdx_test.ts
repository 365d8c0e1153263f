import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { readCdx, readWarc, readWarcRecord } from "../../lib/collect/mod.ts";
import { answer, record } from "./_warc.ts";

const folder = await Deno.makeTempDir();

async function file(content: string): Promise<string> {
  const path = `${folder}/${crypto.randomUUID()}`;
  await Deno.writeFile(path, gzipSync(content));
  return path;
}

const fields = {
  url: "http://example.org/a?b",
  mime: "text/html",
  "mime-detected": "application/xhtml+xml",
  status: "200",
  digest: "TYK5OPPDU67VC6RPXXAUJZBYKKS2ZBK6",
  length: "6461",
  offset: "1264471302",
  filename: "crawl-data/CC-MAIN-2024-10/warc/x.warc.gz",
  languages: "eng",
};
const row = {
  url: fields.url,
  date: "2024-02-21T01:02:03Z",
  mime: "text/html",
  status: 200,
  digest: fields.digest,
  length: 6461,
  offset: 1264471302,
  filename: fields.filename,
};

Deno.test("readCdx() reads CDXJ, the lines of an index server, and a CDX with a header", async () => {
  const key = "org,example)/a?b";
  const meta = { urlkey: key, "mime-detected": "application/xhtml+xml", languages: "eng" };
  const cdxj = await file(`${key} 20240221010203 ${JSON.stringify(fields)}\r\n\n`);
  assert.deepEqual(await Array.fromAsync(readCdx(cdxj)), [{ ...row, meta }]);
  const server = await file(JSON.stringify({ urlkey: key, timestamp: "20240221010203", ...fields }));
  assert.deepEqual(await Array.fromAsync(readCdx(server)), [{ ...row, meta }]);
  const unknown = await file(JSON.stringify({ timestamp: "2024", ...fields, mime: "-", digest: "-" }));
  const [{ mime, digest }] = await Array.fromAsync(readCdx(unknown));
  assert.deepEqual([mime, digest], ["", ""]);
  const cdx = await file(
    ` CDX N b a m s k r M S V g\n${key} 20240221010203 ${row.url} text/html 200 ${row.digest} - - 6461 1264471302 ${row.filename}\n` +
      `${key} 20240221 ${row.url} - - ${row.digest} - - - 5 ${row.filename}\n`,
  );
  assert.deepEqual(await Array.fromAsync(readCdx(cdx)), [
    { ...row, meta: { urlkey: key } },
    {
      ...row,
      date: "2024-02-21T00:00:00Z",
      mime: "",
      status: 0,
      length: 0,
      offset: 5,
      meta: { urlkey: key },
    },
  ]);
});

Deno.test("readCdx() says of each line that is no row why", async () => {
  const line = (changed: object) => `k 20240221010203 ${JSON.stringify({ ...fields, ...changed })}`;
  const wrong: [string, string][] = [
    ["not JSON", "k 2024 {"],
    ["no row of CDXJ, JSON or a CDX with a header", "<html>"],
    ["no row of CDXJ, JSON or a CDX with a header", 'k {"url": "x"}'],
    ["without a url", line({ url: "" })],
    ["without a place in an archive", line({ offset: "-1" })],
    ["without a place in an archive", line({ offset: "99999999999999999999" })],
    ["without a place in an archive", line({ filename: null })],
    ["of a length that is no number", line({ length: "1e3" })],
    ["without a time", line({}).replace("20240221010203", "20249921010203")],
    ["longer than 1048576 characters", `k 2024 {"url":"${"x".repeat(5 << 20)}"}`],
  ];
  const path = await file([...wrong.map(([, text]) => text), line({})].join("\n"));
  const reasons: string[] = [];
  const rows = await Array.fromAsync(readCdx(path, { onDrop: ({ reason }) => reasons.push(reason) }));
  assert.deepEqual(reasons, wrong.map(([reason]) => reason));
  assert.equal(rows.length, 1);
  await assert.rejects(Array.fromAsync(readCdx(path)), {
    name: "SyntaxError",
    message: `Cannot read ${path} as line 1 is not JSON: "k 2024 {"`,
  });
});

Deno.test("a row of an index names a record that is read alone", async () => {
  const path = `${folder}/a.warc.gz`;
  const stored = ["one", "two"].map((text) =>
    gzipSync(record("response", answer(text), { url: `http://${text}/` }))
  );
  await Deno.writeFile(path, new Uint8Array([...stored[0], ...stored[1]]));
  const [, second] = await Array.fromAsync(readWarc(path));
  const place = { ...fields, url: second.url, offset: `${second.offset}`, length: `${stored[1].length}` };
  for await (const found of readCdx(await file(`k 20240101 ${JSON.stringify(place)}`))) {
    assert.deepEqual(await readWarcRecord(path, found), second);
    // The bytes alone, as a server of ranges gives them.
    const range = `${folder}/range`;
    const bytes = await Deno.readFile(path);
    await Deno.writeFile(range, bytes.subarray(found.offset, found.offset + found.length));
    const [alone] = await Array.fromAsync(readWarc(range));
    assert.deepEqual({ ...alone, offset: second.offset }, second);
  }
});
