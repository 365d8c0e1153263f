import assert from "node:assert/strict";
import { byteTokenizer, loadTokenizer } from "../../lib/anneal/mod.ts";
import { checkPattern } from "../../lib/anneal/_pattern.ts";
import { tokenizerOf } from "../../lib/anneal/tokenizer.ts";
import { Random } from "../../lib/base/mod.ts";

/** Small tokenizers of every kind that is read here, trained by Python's `tokenizers`, and what it makes of some texts. */
interface Fixture {
  texts: string[];
  tokenizers: Expected[];
}

/** One of them; `special` are the ids with the tokens that it puts around a text. */
interface Expected {
  name: string;
  json: Json;
  ids: number[][];
  decoded?: string[];
  special?: number[][];
}

type Json = { model: Record<string, unknown> } & Record<string, unknown>;

const { texts, tokenizers }: Fixture = JSON.parse(
  await Deno.readTextFile(new URL("fixtures/tokenizers.json", import.meta.url)),
);

/** The same for parts that few have, a tokenizer a line. */
const parts: Expected[] =
  (await Deno.readTextFile(new URL("fixtures/tokenizer_parts.jsonl", import.meta.url)))
    .trim().split("\n").map((line) => JSON.parse(line));

/** A token that each has, whatever it stands for. */
const endOf = (json: Json) => Object.keys(json.model.vocab as Record<string, number>)[0];

const open = (json: Json, config = {}) =>
  tokenizerOf(json, config, { name: "t", endOfDocument: endOf(json) });

for (const { name, json, ids, decoded, special } of [...tokenizers, ...parts]) {
  Deno.test(`a tokenizer of the kind ${name} gives the ids of Python's tokenizers`, async () => {
    const tokenizer = await open(json);
    // The second time words are remembered.
    for (let time = 0; time < 2; time++) {
      for (const [i, text] of texts.entries()) {
        assert.deepEqual(tokenizer.encode(text), ids[i], JSON.stringify(text));
      }
    }
    for (const [i, expected] of (special ?? []).entries()) {
      assert.deepEqual(
        tokenizer.encode(texts[i], { specialTokens: true }),
        expected,
        JSON.stringify(texts[i]),
      );
    }
    for (const [i, text] of (decoded ?? []).entries()) assert.equal(tokenizer.decode(ids[i]), text);
  });
}

const [{ json: LLAMA3 }] = tokenizers;
const LLAMA2 = tokenizers.find(({ name }) => name === "Llama 2")!.json;

/** A tokenizer's content with its model or a part changed. */
const changed = (json: Json, model: object, parts: object = {}): Json =>
  ({ ...json, ...parts, model: { ...json.model, ...model } }) as Json;

Deno.test("decode() keeps spaces, takes no ids, and passes over ids that are none", async () => {
  for (const json of [LLAMA3, LLAMA2]) {
    const tokenizer = await open(json, { clean_up_tokenization_spaces: true });
    for (const text of ["Hello , world .", " it 's n't ! ?  x ", "\ufeffa", ""]) {
      assert.equal(tokenizer.decode(tokenizer.encode(text)), text);
    }
    assert.equal(tokenizer.decode([]), "");
    assert.equal(tokenizer.decode([1e6, ...Array.from(tokenizer.encode("a"))]), "a");
  }
});

Deno.test("encode() and decode() name what is no text and no id", async () => {
  for (const tokenizer of [byteTokenizer(), await open(LLAMA3)]) {
    assert.throws(() => tokenizer.encode(5 as unknown as string), /text must be a text: current value is 5/);
    for (
      const [ids, message] of [
        [[0, -1], /Cannot decode ids as ids\[1\] must be a whole number >= 0: current value is -1/],
        [[1.5], /ids\[0\] must be a whole number >= 0: current value is 1\.5/],
        ["12", /ids must be a list of numbers/],
        [undefined, /ids must be a list of numbers: current value is undefined/],
      ] as const
    ) {
      assert.throws(() => tokenizer.decode(ids as unknown as number[]), message);
    }
  }
});

Deno.test("encode() cuts a text that no rule divides only where no merge reaches across, and ends on one long word", async () => {
  const { vocab } = LLAMA2.model as { vocab: Record<string, number> };
  const { "<0xFF>": _, ...others } = vocab;
  const cuts = await open(LLAMA2);
  // With a byte missing, nothing is cut; no text has this one.
  const whole = await open(changed(LLAMA2, { vocab: others }));
  const random = new Random("text");
  const words = "the of what a-b, naïve 東京 x\n 😀 12 aaa ab".split(" ");
  const text = Array.from({ length: 3000 }, () => random.pick(words)).join(" ");
  assert.deepEqual(cuts.encode(text), whole.encode(text));
  assert.equal(cuts.decode(cuts.encode(text)), text);
  // Gemma 2 has no byte for a tab, which is a token: nothing else wants it.
  const { "<0x09>": tab, ...bytes } = vocab;
  const tabbed = await open(changed(LLAMA2, { vocab: { ...bytes, "\t": tab } }));
  assert.deepEqual(tabbed.encode(`${text}\t\t${text}`), whole.encode(`${text}\t\t${text}`));
  const long = "a".repeat(2 ** 17);
  assert.deepEqual(cuts.encode(long), whole.encode(long));
  assert.equal(cuts.decode(cuts.encode(long)), long);
});

Deno.test("encode() takes half a surrogate pair for U+FFFD, and no text but a text", async () => {
  for (const json of [LLAMA3, LLAMA2]) {
    const tokenizer = await open(json);
    assert.deepEqual(tokenizer.encode("a\ud83d b\ude00"), tokenizer.encode("a\ufffd b\ufffd"));
    assert.throws(
      () => tokenizer.encode(5 as unknown as string),
      /Cannot encode a text as text must be a text/,
    );
    assert.throws(
      () => tokenizer.encode("a", { special: true } as object),
      /Cannot encode a text as .*special/,
    );
  }
});

Deno.test("encode() finds a token of its own only where no letter stands beside it, of whatever plane", async () => {
  const mark = { id: 400, content: "<w>", "single_word": true, special: true };
  const tokenizer = await open(changed(LLAMA3, {}, { added_tokens: [mark] }));
  const finds = (text: string) => Array.from(tokenizer.encode(text)).includes(400);
  for (const beside of ["a", "_", "é", "1", "東", "\u{1e900}", "\u200d"]) {
    assert(!finds(`${beside}<w>`) && !finds(`<w>${beside}`), beside);
  }
  for (const beside of ["", " ", "-", "\u{1f600}", "²"]) assert(finds(`${beside}<w>${beside}`), beside);
});

Deno.test("encode() adds what a template has on both sides, and nothing unless asked", async () => {
  const [before, after] = Object.values(LLAMA3.model.vocab as Record<string, number>).slice(5);
  const template = {
    type: "TemplateProcessing",
    single: [{ SpecialToken: { id: "B" } }, { Sequence: { id: "A" } }, { SpecialToken: { id: "E" } }],
    "special_tokens": { B: { ids: [before] }, E: { ids: [after, after] } },
  };
  const tokenizer = await open(changed(LLAMA3, {}, {
    post_processor: { type: "Sequence", processors: [{ type: "ByteLevel" }, template] },
  }));
  const ids = Array.from(tokenizer.encode("a b"));
  assert.deepEqual(tokenizer.encode("a b", { specialTokens: true }), [before, ...ids, after, after]);
  assert.deepEqual(tokenizer.encode("a b", {}), ids);
});

Deno.test("encode() stays linear in runs that a pattern passes in vain", async () => {
  const tokenizer = await open(LLAMA3);
  const run = " ".repeat(2 ** 18);
  assert.equal(tokenizer.decode(tokenizer.encode(`${run}x`)), `${run}x`);
});

const REFUSED: [what: string, json: unknown, why: RegExp][] = [
  [
    "a negative id",
    changed(LLAMA3, { vocab: { "<|end|>": 0, a: -5 } }),
    /the id of "a" must be a whole number from 0 to/,
  ],
  [
    "a fractional id",
    changed(LLAMA3, { vocab: { "<|end|>": 0, a: 1.5 } }),
    /the id of "a" must be .*: current value is 1\.5/,
  ],
  [
    "an id beyond all tables",
    changed(LLAMA3, { vocab: { a: 2 ** 40 } }),
    /the id of "a" must be a whole number/,
  ],
  [
    "an added token without an id",
    changed(LLAMA3, {}, { added_tokens: [{ content: "x" }] }),
    /the id of "x" must be/,
  ],
  [
    "an added token without content",
    changed(LLAMA3, {}, { added_tokens: [{ id: 1, content: "" }] }),
    /the content of an added/,
  ],
  [
    "a null among the added tokens",
    changed(LLAMA3, {}, { added_tokens: [null] }),
    /an added token must be an object/,
  ],
  [
    "merges that are none",
    changed(LLAMA3, { merges: [5, null] }),
    /merge 0 must be of two tokens and make a third: .* 5/,
  ],
  [
    "a merge of no tokens",
    changed(LLAMA3, { merges: ["zz qq"] }),
    /merge 0 must be of two tokens and make a third/,
  ],
  [
    "a merge of nothing",
    changed(LLAMA3, { vocab: { "<|end|>": 0, "": 1, a: 2 }, merges: [["a", ""]] }),
    /merge 0 must be of two tokens and make a third/,
  ],
  ["merges that are no list", changed(LLAMA3, { merges: "a b" }), /model\.merges must be a list/],
  ["ids that are drawn", changed(LLAMA3, { dropout: 0.1 }), /model\.dropout must be null/],
  ["a model that is no object", { model: null }, /model must be an object/],
  ["a vocabulary that is none", { model: { type: "BPE", vocab: 5 } }, /model\.vocab must be an object/],
  [
    "an unknown model",
    { model: { type: "Evil", vocab: { a: 0 } } },
    /model\.type must be one of BPE, .*: current value is Evil/,
  ],
  [
    "an unknown part",
    changed(LLAMA3, {}, { normalizer: { type: "Evil" } }),
    /must be of a kind that is read here/,
  ],
  [
    "a pattern that is none",
    changed(LLAMA3, {}, {
      pre_tokenizer: { type: "Split", pattern: { Regex: "(((" }, behavior: "Isolated" },
    }),
    /must be of a kind that is read here/,
  ],
  [
    "a vocabulary of pieces",
    { model: { type: "Unigram", vocab: [["a", 0]] } },
    /Unigram .* not read: .* Unigram/,
  ],
  [
    "an added token of another id than the model's",
    changed(LLAMA3, {}, { added_tokens: [{ id: 7, content: "a" }] }),
    /the id of the added token "a" must be the model's/,
  ],
  [
    "an added token with the id of one of the model's",
    changed(LLAMA3, {}, {
      added_tokens: [{ id: (LLAMA3.model.vocab as Record<string, number>).a, content: "<new>" }],
    }),
    /the id of the added token "<new>" must be its own: current value is \d+, the model's "a"/,
  ],
  [
    "an unknown token that is none",
    changed(LLAMA3, { unk_token: "none" }),
    /model\.unk_token must be in its vocabulary: current value is none/,
  ],
  [
    "a normalizer of BERT",
    changed(LLAMA3, {}, { normalizer: { type: "BertNormalizer" } }),
    /its normalizer must be of a kind that is read here \(NFC, .*\): current value is BertNormalizer/,
  ],
  [
    "words by script",
    changed(LLAMA3, {}, { pre_tokenizer: { type: "Sequence", pretokenizers: [{ type: "UnicodeScripts" }] } }),
    /its pre_tokenizer must be of a kind .*: current value is UnicodeScripts/,
  ],
  [
    "a behavior that is none",
    changed(LLAMA3, {}, { pre_tokenizer: { type: "Split", pattern: { Regex: "a" }, behavior: "Kept" } }),
    /behavior must be one of Isolated, .*: current value is Kept/,
  ],
  [
    "a decoder of speech",
    changed(LLAMA3, {}, { decoder: { type: "Sequence", decoders: [{ type: "CTC" }] } }),
    /its decoder must be of a kind .*: current value is CTC/,
  ],
  [
    "a post-processor that is none",
    changed(LLAMA3, {}, { post_processor: { type: "Other" } }),
    /its post_processor must be of a kind .*: current value is Other/,
  ],
  [
    "a pattern that takes the square of a text",
    changed(LLAMA3, {}, {
      normalizer: { type: "Replace", pattern: { Regex: "\\s+$" }, content: "" },
    }),
    /its patterns must not look for more after a repeat without end, .*: current value is \\s\+\$/,
  ],
  [
    "a pattern that never ends",
    changed(LLAMA3, {}, {
      pre_tokenizer: { type: "Split", pattern: { Regex: "(a+)+$" }, behavior: "Isolated" },
    }),
    /its patterns must not repeat a group of variable content: current value is \(a\+\)\+\$/,
  ],
];

for (const [what, json, why] of REFUSED) {
  Deno.test(`loadTokenizer() refuses ${what}`, async () => {
    const path = await Deno.makeTempFile({ suffix: ".json" });
    await Deno.writeTextFile(path, JSON.stringify(json));
    await assert.rejects(loadTokenizer(path), (error: Error) => {
      assert.match(error.message, /^Cannot load the tokenizer .* as /);
      assert.match(error.message, why);
      return error instanceof RangeError || error instanceof SyntaxError;
    });
  });
}

Deno.test("loadTokenizer() names a file that holds no object", async () => {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  for (const text of ["{", "null", "[]", "5"]) {
    await Deno.writeTextFile(path, text);
    await assert.rejects(loadTokenizer(path), /must hold a JSON object: it does not/);
  }
});

Deno.test("checkPattern() takes the patterns of tokenizers", () => {
  for (
    const pattern of [
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}",
      "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s",
      "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*",
      " ?[^(\\s|[.,!?…。，、।۔،])]+",
      "[0-9][0-9][0-9]",
      "(?:\\r?\\n)| {2,}|[]a]+",
      "(ab)+|x{3}",
    ]
  ) checkPattern(pattern, "Cannot");
});

Deno.test("checkPattern() refuses what may take time without a bound", () => {
  for (
    const [pattern, why] of [
      ["(a+)+$", /repeat a group of variable content/],
      ["(a|a)*b", /repeat a group of variable content/],
      ["(?:a|b|ab)+?c", /repeat a group of variable content/],
      ["((a?)b){2,}", /repeat a group of variable content/],
      ["(.*a){20}", /repeat a group of variable content/],
      ["(?:[a-z]\\d*)*", /repeat a group of variable content/],
      ["a*a*a*b", /repeat/],
      ["a*a*b", /look for more after two things that repeat without end/],
      ["a*(?:a*b)", /repeat without end beside a group that does/],
      ["a{1,100}a{1,100}b", /look for more after two things/],
      [`${"a?".repeat(30)}${"a".repeat(30)}`, /repeat more than 6 things in a row/],
      ["a*b", /look for more after a repeat without end/],
      ["\\s+$", /look for more after a repeat without end/],
      ["a{60000}", /look for more after a repeat without end/],
      ["a*b|a|a+", /but where the next alternative takes all that it passed/],
      ["a+?b|a+?", /look for more after a repeat without end/],
      ["a+(?!b)|c", /look for more after a repeat without end/],
      ["(?:a*b|c)", /look for more after a repeat without end/],
      ["x(?=a*)", /look around without end/],
      ["(a)\\1", /look back at what they found/],
    ] as const
  ) assert.throws(() => checkPattern(pattern, "Cannot"), why, pattern);
});
