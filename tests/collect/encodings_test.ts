import assert from "node:assert/strict";
import { htmlToText } from "../../lib/collect/mod.ts";

/** Sentences, and their bytes as Python's codecs write them. */
const sentences: [encoding: string, text: string, hex: string][] = [
  [
    "windows-1252",
    "Die Straße führt über die Brücke.",
    "4469652053747261df652066fc68727420fc62657220646965204272fc636b652e",
  ],
  [
    "windows-1252",
    "Le café était fermé, l’été dernier, à cause de la chaleur.",
    "4c6520636166e920e974616974206665726de92c206c92e974e9206465726e6965722c20e0206361757365206465206c61206368616c6575722e",
  ],
  [
    "windows-1252",
    "El niño pequeño comió una manzana.",
    "456c206e69f16f207065717565f16f20636f6d69f320756e61206d616e7a616e612e",
  ],
  [
    "gbk",
    "今天天气很好，我们去公园散步吧。",
    "bdf1ccecccecc6f8badcbac3a3acced2c3c7c8a5b9abd4b0c9a2b2bdb0c9a1a3",
  ],
  [
    "gb18030",
    "机器学习是人工智能的一个分支。",
    "bbfac6f7d1a7cfb0cac7c8cbb9a4d6c7c4dcb5c4d2bbb8f6b7d6d6a7a1a3",
  ],
  [
    "shift_jis",
    "今日は天気がいいから散歩しましょう。",
    "8da193fa82cd93568b4382aa82a282a282a982e78e5595e082b582dc82b582e582a48142",
  ],
  [
    "euc-jp",
    "機械学習は人工知能の一分野である。",
    "b5a1b3a3b3d8bdaca4cfbfcdb9a9c3cec7bda4ceb0eccaaccceea4c7a4a2a4eba1a3",
  ],
  [
    "euc-kr",
    "오늘은 날씨가 좋으니 산책을 갑시다.",
    "bfc0b4c3c0ba20b3afbebeb0a120c1c1c0b8b4cf20bbeac3a5c0bb20b0a9bdc3b4d92e",
  ],
  [
    "big5",
    "今天天氣很好，我們去公園散步吧。",
    "a4b5a4d1a4d1aef0abdca66ea141a7daadcca568a4bdb6e9b4b2a842a761a143",
  ],
  [
    "koi8-r",
    "Сегодня хорошая погода, пойдём гулять в парк.",
    "f3c5c7cfc4ced120c8cfd2cfdbc1d120d0cfc7cfc4c12c20d0cfcac4a3cd20c7d5ccd1d4d820d720d0c1d2cb2e",
  ],
  [
    "koi8-r",
    "Машинное обучение является разделом искусственного интеллекта.",
    "edc1dbc9cececfc520cfc2d5dec5cec9c520d1d7ccd1c5d4d3d120d2c1dac4c5cccfcd20c9d3cbd5d3d3d4d7c5cececfc7cf20c9ced4c5ccccc5cbd4c12e",
  ],
  [
    "windows-1251",
    "Сегодня хорошая погода, пойдём гулять в парк.",
    "d1e5e3eee4edff20f5eef0eef8e0ff20efeee3eee4e02c20efeee9e4b8ec20e3f3ebfff2fc20e220efe0f0ea2e",
  ],
  [
    "windows-1251",
    "Машинное обучение является разделом искусственного интеллекта.",
    "cce0f8e8ededeee520eee1f3f7e5ede8e520ffe2ebffe5f2f1ff20f0e0e7e4e5ebeeec20e8f1eaf3f1f1f2e2e5ededeee3ee20e8edf2e5ebebe5eaf2e02e",
  ],
];

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** A page whose text is those bytes. */
function pageOf(bytes: Uint8Array, head = ""): Uint8Array {
  const ascii = new TextEncoder();
  return new Uint8Array([
    ...ascii.encode(`<html><head>${head}</head><body><p>`),
    ...bytes,
    ...ascii.encode("</p></body></html>"),
  ]);
}

async function read(page: Uint8Array, contentType?: string) {
  const options = contentType === undefined ? {} : { contentType };
  const { text, encoding, encodingBy } = await htmlToText(page, { keep: "all", ...options });
  return [text, encoding, encodingBy];
}

for (const [encoding, text, hex] of sentences) {
  const whole = encoding === "gb18030"
    ? ["gb18030", "gbk"]
    : encoding === "gbk"
    ? ["gbk", "gb18030"]
    : [encoding];
  Deno.test(`bytes in ${encoding} are read by header, by meta and by their letters: ${text.slice(0, 12)}`, async () => {
    const bytes = bytesOf(hex);
    assert.deepEqual(await read(pageOf(bytes), `text/html; charset=${encoding}`), [
      text,
      encoding,
      "content type",
    ]);
    assert.deepEqual(await read(pageOf(bytes, `<meta charset=${encoding}>`)), [text, encoding, "page"]);
    const old = `<META http-equiv="Content-Type" content="text/html;charset=${encoding.toUpperCase()}">`;
    assert.deepEqual(await read(pageOf(bytes, old)), [text, encoding, "page"]);
    const [read_, found, by] = await read(pageOf(bytes));
    assert.equal(read_, text);
    assert(whole.includes(found!), `${found}`);
    assert.equal(by, "letters");
    // So, too, where the page claims to be what it cannot be.
    assert.equal((await read(pageOf(bytes, "<meta charset=utf-8>")))[0], text);
  });
}

Deno.test("a byte order mark comes before all else, in UTF-8 and in UTF-16", async () => {
  const page = "<meta charset=koi8-r><p>Straße 中";
  const utf8 = new TextEncoder().encode(`\ufeff${page}`);
  assert.deepEqual(await read(utf8, "text/html; charset=gbk"), ["Straße 中", "utf-8", "byte order mark"]);
  const little = new Uint8Array(Uint16Array.from(`\ufeff${page}`, (unit) => unit.charCodeAt(0)).buffer);
  assert.deepEqual(await read(little), ["Straße 中", "utf-16le", "byte order mark"]);
  const big = little.slice();
  for (let i = 0; i < big.length; i += 2) [big[i], big[i + 1]] = [big[i + 1], big[i]];
  assert.deepEqual(await read(big), ["Straße 中", "utf-16be", "byte order mark"]);
  assert.deepEqual(await read(little.subarray(2)), ["Straße 中", "utf-16le", "letters"]);
});

Deno.test("a charset that the bytes belie, that nobody knows or that a comment names is passed over", async () => {
  const utf8 = pageOf(new TextEncoder().encode("Straße, café, 中文"));
  assert.deepEqual(await read(utf8, "text/html; charset=iso-8859-1"), [
    "Straße, café, 中文",
    "utf-8",
    "letters",
  ]);
  assert.deepEqual(await read(utf8, "text/html; charset=klingon"), [
    "Straße, café, 中文",
    "utf-8",
    "letters",
  ]);
  const commented = pageOf(new TextEncoder().encode("Straße"), "<!-- <meta charset=koi8-r> -->");
  assert.deepEqual(await read(commented), ["Straße", "utf-8", "letters"]);
  const wide = pageOf(new TextEncoder().encode("Straße"), "<meta charset=utf-16>");
  assert.deepEqual(await read(wide), ["Straße", "utf-8", "page"]);
});

Deno.test("the header comes before the page's own word", async () => {
  const page = pageOf(bytesOf("d3e9"), "<meta charset=koi8-r>");
  assert.deepEqual(await read(page, "text/html; charset=windows-1251"), [
    "Уй",
    "windows-1251",
    "content type",
  ]);
});

Deno.test("a page that is cut within a character is still UTF-8", async () => {
  const page = new TextEncoder().encode("<p>Straße und Wege, 中文").subarray(0, -1);
  const [text, encoding] = await read(page);
  assert.equal(encoding, "utf-8");
  assert.match(text!, /^Straße und Wege, 中/);
});

Deno.test("a page of ASCII alone, of nothing, and of noise is read", async () => {
  assert.deepEqual(await read(new TextEncoder().encode("<p>plain")), ["plain", "utf-8", "letters"]);
  assert.deepEqual(await read(new Uint8Array()), ["", "utf-8", "letters"]);
  const noise = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 2654435761 >>> 13) & 255);
  assert.equal(typeof (await read(noise))[0], "string");
});

Deno.test("a text has no encoding", async () => {
  const { encoding, encodingBy } = await htmlToText("<meta charset=koi8-r>Straße");
  assert.deepEqual([encoding, encodingBy], [undefined, undefined]);
});
