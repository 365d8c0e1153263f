import assert from "node:assert/strict";
import { loadTokenizer } from "../../lib/anneal/mod.ts";
import { checkPattern } from "../../lib/anneal/_pattern.ts";
import { tokenizerOf } from "../../lib/anneal/tokenizer.ts";
import { Random } from "../../lib/base/mod.ts";

/** Small tokenizers of every kind that is read here, trained by Python's `tokenizers`, and what it makes of some texts. */
interface Fixture {
  texts: string[];
  tokenizers: { name: string; json: Json; ids: number[][]; decoded?: string[] }[];
}

type Json = { model: Record<string, unknown> } & Record<string, unknown>;

const { texts, tokenizers }: Fixture = JSON.parse(
  await Deno.readTextFile(new URL("fixtures/tokenizers.json", import.meta.url)),
);

/** A token that each has, whatever it stands for. */
const endOf = (json: Json) => Object.keys(json.model.vocab as Record<string, number>)[0];

const open = (json: Json, config = {}) =>
  tokenizerOf(json, config, { name: "t", endOfDocument: endOf(json) });

for (const { name, json, ids, decoded } of tokenizers) {
  Deno.test(`a tokenizer of the kind ${name} gives the ids of Python's tokenizers`, async () => {
    const tokenizer = await open(json);
    // The second time words are remembered.
    for (let time = 0; time < 2; time++) {
      for (const [i, text] of texts.entries()) {
        assert.deepEqual(tokenizer.encode(text), ids[i], JSON.stringify(text));
      }
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
  const long = "a".repeat(2 ** 17);
  assert.deepEqual(cuts.encode(long), whole.encode(long));
  assert.equal(cuts.decode(cuts.encode(long)), long);
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
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}",
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
      ["(a)\\1", /look back at what they found/],
    ] as const
  ) assert.throws(() => checkPattern(pattern, "Cannot"), why, pattern);
});
