import assert from "node:assert/strict";
import { byteTokenizer, loadTokenizer, packDocuments, type Tokenizer } from "../../lib/anneal/mod.ts";

const document = (text: string, source = "s") => ({ id: text, text, source, meta: {} });

Deno.test("packDocuments() closes every document and counts UTF-8 bytes", async () => {
  const packed = await packDocuments([document("aé"), document(""), document("b")], byteTokenizer());
  assert.deepEqual([...packed.tokens], [97, 195, 169, 256, 256, 98, 256]);
  assert.deepEqual([packed.documents, packed.bytes, packed.name], [3, 4, "s"]);
  assert(packed.tokens instanceof Uint16Array);
});

Deno.test("packDocuments() grows for a document larger than its buffer and stops at maxTokens", async () => {
  const documents = async function* () {
    for (;;) yield document("x".repeat(100_000));
  };
  const packed = await packDocuments(documents(), byteTokenizer(), { maxTokens: 150_000, name: "endless" });
  assert.equal(packed.tokens.length, 200_002);
  assert.equal(packed.tokens.at(-1), 256);
  assert.equal(packed.name, "endless");
});

Deno.test("packDocuments() takes wide ids for a wide vocabulary and refuses ids beyond it", async () => {
  const tokenizer = (ids: number[]): Tokenizer => ({
    name: "wide",
    sha256: "",
    vocabularySize: 100_000,
    endOfDocument: 0,
    encode: () => ids,
    decode: () => "",
  });
  assert((await packDocuments([document("x")], tokenizer([99_999]))).tokens instanceof Uint32Array);
  await assert.rejects(
    packDocuments([document("x")], tokenizer([5, 100_000])),
    /pack document x .* \[0, 100000\): current value is 100000/,
  );
  await assert.rejects(packDocuments([document("x")], tokenizer([NaN])), /current value is NaN/);
  await assert.rejects(
    packDocuments([], tokenizer([1]), { name: "nothing" }),
    /Cannot pack nothing .* it is empty/,
  );
});

/** Bytes, before which and behind which a template puts tokens, as Llama's and T5's do. */
function templated(): Tokenizer {
  const bytes = byteTokenizer();
  return {
    ...bytes,
    vocabularySize: 259,
    encode(text, options) {
      const ids = Array.from(bytes.encode(text.replace("<s>", "")));
      const own = text.startsWith("<s>") ? [257, ...ids] : ids;
      return options?.specialTokens ? [257, ...own, 258] : own;
    },
  };
}

Deno.test("packDocuments() begins each document as the tokenizer's template does, and once", async () => {
  const { tokens } = await packDocuments([document("ab"), document(""), document("<s>c")], templated());
  assert.deepEqual([...tokens], [257, 97, 98, 256, 257, 256, 257, 99, 256]);
  const spans = { lossOn: () => [[1, 2]] as const, bestFit: 4 };
  const { counted } = await packDocuments([document("ab")], templated(), spans);
  assert.deepEqual(
    [...counted!],
    [0, 0, 1, 1, 0],
    "the beginning is not learnt, and answers stay where they are",
  );
});

Deno.test("byteTokenizer() decodes what it encoded, whatever the script", () => {
  const tokenizer = byteTokenizer();
  for (const text of ["", "plain", "naïve 東京 🙂"]) {
    assert.equal(tokenizer.decode(tokenizer.encode(text)), text);
  }
});

Deno.test("loadTokenizer() reads a word-level tokenizer.json", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(
    `${folder}/tokenizer.json`,
    JSON.stringify({
      added_tokens: [{
        id: 2,
        content: "<end>",
        special: true,
        normalized: false,
        lstrip: false,
        rstrip: false,
        single_word: false,
      }],
      normalizer: null,
      pre_tokenizer: { type: "Whitespace" },
      post_processor: null,
      decoder: null,
      model: { type: "WordLevel", vocab: { cat: 0, dog: 1, "<end>": 2 }, unk_token: "<end>" },
    }),
  );
  const tokenizer = await loadTokenizer(folder, { endOfDocument: "<end>" });
  assert.deepEqual([tokenizer.vocabularySize, tokenizer.endOfDocument], [3, 2]);
  assert.deepEqual(Array.from(tokenizer.encode("dog cat bird")), [1, 0, 2]);
  await assert.rejects(
    loadTokenizer(folder),
    /endOfDocument must be one of its tokens: current value is <\|endoftext\|>; give it, or put tokenizer_config\.json with its eos_token beside .*tokenizer\.json$/,
  );
});
