// deno-lint-ignore-file camelcase -- the names of tokenizer.json
/** A `tokenizer.json` whose vocabulary is still to be learnt. */
export interface Shape {
  name: string;
  json: Record<string, unknown> & { model: Record<string, unknown> };
}

type Json = Record<string, unknown>;

const GPT4 =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const QWEN = GPT4.replace("\\p{N}{1,3}", "\\p{N}");
const UPPER = "\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}";
const LOWER = "\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}";
const TEKKEN =
  `[^\\r\\n\\p{L}\\p{N}]?[${UPPER}]*[${LOWER}]+|[^\\r\\n\\p{L}\\p{N}]?[${UPPER}]+[${LOWER}]*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;
const POSSESSIVE =
  "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s";
const DEEPSEEK = [
  "\\p{N}{1,3}",
  "[一-龥\u3040-ゟ゠-ヿ]+",
  "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
];

const split = (Regex: string, behavior = "Isolated", invert = false): Json => ({
  type: "Split",
  pattern: { Regex },
  behavior,
  invert,
});
const bytes = (use_regex: boolean, add_prefix_space = false): Json => ({
  type: "ByteLevel",
  add_prefix_space,
  trim_offsets: true,
  use_regex,
});
const sequence = (...pretokenizers: Json[]): Json => ({ type: "Sequence", pretokenizers });
const normalizers = (...normalizers: Json[]): Json => ({ type: "Sequence", normalizers });
const digits = (individual_digits: boolean): Json => ({ type: "Digits", individual_digits });
const metaspace = (prepend_scheme: string, split: boolean): Json => ({
  type: "Metaspace",
  replacement: "▁",
  prepend_scheme,
  split,
});
const replace = (String: string, content: string): Json => ({
  type: "Replace",
  pattern: { String },
  content,
});
const prepend: Json = { type: "Prepend", prepend: "▁" };
const pieces = (...more: Json[]): Json => ({
  type: "Sequence",
  decoders: [replace("▁", " "), { type: "ByteFallback" }, { type: "Fuse" }, ...more],
});
const strip: Json = { type: "Strip", content: " ", start: 1, stop: 0 };

/** Added tokens; marks after a name say how each is found: `<` and `>` strip, `w` a word by itself, `n` normalized, `t` text. */
function added(...names: string[]): Json[] {
  return names.map((name) => {
    const [content, marks = ""] = name.split("@");
    return {
      id: 0,
      content,
      single_word: marks.includes("w"),
      lstrip: marks.includes("<"),
      rstrip: marks.includes(">"),
      normalized: marks.includes("n"),
      special: !marks.includes("t"),
    };
  });
}

/** What a post-processor puts before a text, and after. */
function template(first: string, last?: string): (added: Json[]) => Json {
  return (added) => {
    const piece = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
    const single = [piece(first), { Sequence: { id: "A", type_id: 0 } }, ...(last ? [piece(last)] : [])];
    const names = [first, ...(last ? [last] : [])];
    const ids = (name: string) => [added.findIndex(({ content }) => content === name)];
    return {
      type: "TemplateProcessing",
      single,
      pair: [...single, { Sequence: { id: "B", type_id: 1 } }],
      special_tokens: Object.fromEntries(
        names.map((name) => [name, { id: name, ids: ids(name), tokens: [name] }]),
      ),
    };
  };
}

interface Given {
  normalizer?: Json;
  words?: Json;
  decoder?: Json | null;
  added?: string[];
  around?: (added: Json[]) => Json;
  model?: Json;
}

function shape(name: string, given: Given): Shape {
  const tokens = added(...given.added ?? ["<|endoftext|>"]);
  return {
    name,
    json: {
      version: "1.0",
      truncation: null,
      padding: null,
      added_tokens: tokens,
      normalizer: given.normalizer ?? null,
      pre_tokenizer: given.words ?? null,
      post_processor: given.around?.(tokens) ?? null,
      decoder: given.decoder === undefined ? bytes(true, true) : given.decoder,
      model: {
        type: "BPE",
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: false,
        ...given.model,
      },
    },
  };
}

const sentencePiece: Json = { unk_token: "<unk>", fuse_unk: true, byte_fallback: true };
const ends = ["<unk>", "<s>", "</s>"];
const spaces = Array.from({ length: 22 }, (_, i) => `${" ".repeat(24 - i)}@nt`);

/** The families' tokenizers, part by part as they were published. */
export const FAMILIES: readonly Shape[] = [
  shape("llama 2", {
    normalizer: normalizers(prepend, replace(" ", "▁")),
    decoder: pieces(strip),
    added: ends,
    around: template("<s>"),
    model: sentencePiece,
  }),
  shape("llama 3", {
    words: sequence(split(GPT4), bytes(false)),
    added: ["<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>"],
    around: (tokens) => ({
      type: "Sequence",
      processors: [bytes(true, true), template("<|begin_of_text|>")(tokens)],
    }),
    model: { ignore_merges: true },
  }),
  shape("mistral 7B v0.3", {
    words: metaspace("first", false),
    decoder: pieces(strip),
    added: [...ends, "[INST]", "[/INST]", "[TOOL_CALLS]"],
    around: template("<s>"),
    model: sentencePiece,
  }),
  shape("mistral nemo", {
    words: sequence(split(TEKKEN), bytes(false)),
    added: [...ends, "[INST]", "[/INST]"],
    around: template("<s>"),
    model: { ignore_merges: true },
  }),
  shape("qwen 2", {
    normalizer: { type: "NFC" },
    words: sequence(split(QWEN), bytes(false)),
    decoder: bytes(false),
    added: ["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
    model: { continuing_subword_prefix: "", end_of_word_suffix: "" },
  }),
  shape("qwen 3", {
    normalizer: { type: "NFC" },
    words: sequence(split(QWEN), bytes(false)),
    decoder: bytes(false),
    added: ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>@t", "</think>@t"],
  }),
  shape("olmo 1, gpt-neox, stablelm 3B", {
    normalizer: { type: "NFC" },
    words: bytes(true),
    added: ["|||IP_ADDRESS|||@nt", "<|endoftext|>", "<|padding|>", ...spaces],
    around: () => bytes(true),
  }),
  shape("olmo 2, olmo 3", {
    words: sequence(split(GPT4), bytes(false)),
    added: ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "|||IP_ADDRESS|||@t"],
  }),
  shape("smollm 2", {
    words: sequence(digits(true), bytes(true)),
    added: ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<repo_name>"],
  }),
  shape("smollm 3", {
    words: sequence(split(GPT4), bytes(false)),
    added: [
      "<|begin_of_text|>",
      "<|end_of_text|>",
      "<|im_start|>",
      "<|im_end|>",
      "<think>@nt",
      "</think>@nt",
    ],
    model: { ignore_merges: true },
  }),
  shape("phi 3", {
    normalizer: normalizers(prepend, replace(" ", "▁")),
    decoder: pieces(strip),
    added: ["<unk>", "<s>", "</s>@>t", "<|endoftext|>", "<|user|>@>", "<|end|>@>"],
    model: sentencePiece,
  }),
  shape("granite", {
    words: sequence(digits(true), bytes(true)),
    added: ["<|end_of_text|>", "<fim_prefix>", "<|start_of_role|>"],
    around: template("<|end_of_text|>"),
  }),
  shape("gemma 1 to 3", {
    normalizer: replace(" ", "▁"),
    words: { type: "Split", pattern: { String: " " }, behavior: "MergedWithPrevious", invert: false },
    decoder: pieces(),
    added: ["<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<table>@t", "\n\n@t", "▁▁@t", "▁▁▁▁@t"],
    around: template("<bos>"),
    model: sentencePiece,
  }),
  shape("stablelm 2", {
    normalizer: { type: "NFC" },
    words: sequence(split(GPT4, "Removed", true), bytes(false)),
    added: ["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
  }),
  shape("gpt-2", {
    words: bytes(true),
    around: () => bytes(false, true),
    model: { continuing_subword_prefix: "", end_of_word_suffix: "" },
  }),
  shape("gpt-2 with a space before", {
    words: bytes(true, true),
    around: template("<|endoftext|>", "<|endoftext|>"),
  }),
  shape("deepseek 3", {
    normalizer: normalizers(),
    words: sequence(...DEEPSEEK.map((pattern) => split(pattern)), bytes(false)),
  }),
];

/** Parts in other settings than a family has them. */
export const PARTS: readonly Shape[] = [
  ...["Isolated", "Removed", "MergedWithPrevious", "MergedWithNext", "Contiguous"].flatMap((behavior) =>
    [false, true].map((invert) =>
      shape(`Split, ${behavior}${invert ? ", inverted" : ""}`, {
        words: sequence(split("[aeiou\\s]|\\p{N}", behavior, invert), bytes(false)),
      })
    )
  ),
  ...["always", "first", "never"].map((scheme) =>
    shape(`Metaspace, ${scheme}, split`, {
      words: metaspace(scheme, true),
      decoder: metaspace(scheme, true),
      added: [...ends, "<mask>@<n"],
      model: sentencePiece,
    })
  ),
  shape("possessive repeats", { words: sequence(split(POSSESSIVE), bytes(false)) }),
  shape("options, classes, anchors", {
    words: sequence(
      split("(?i:the)|^\\w|\\w$|[[:alpha:]&&[^a-e]]+|\\h{2}\\b|\\R|[]x-]|(?>\\d+)"),
      bytes(false),
    ),
  }),
  shape("Digits in groups", { words: sequence(digits(false), bytes(true)) }),
  shape("Whitespace", {
    words: { type: "Whitespace" },
    decoder: null,
    added: ["[UNK]"],
    model: { unk_token: "[UNK]" },
  }),
  shape("WhitespaceSplit, Punctuation", {
    words: sequence({ type: "WhitespaceSplit" }, { type: "Punctuation", behavior: "Isolated" }),
    decoder: null,
    added: ["[UNK]"],
    model: { unk_token: "[UNK]", fuse_unk: true },
  }),
  shape("Punctuation, then bytes, then Digits", {
    words: sequence(
      { type: "Punctuation", behavior: "Contiguous" },
      bytes(true),
      digits(false),
      split("[0-9][0-9][0-9]"),
    ),
  }),
  shape("NFKC, Lowercase, Strip", {
    normalizer: normalizers({ type: "NFKC" }, { type: "Lowercase" }, {
      type: "Strip",
      strip_left: true,
      strip_right: true,
    }),
    words: sequence(bytes(true)),
    added: ["<|endoftext|>", "Hello@n", "東京都@nt"],
  }),
  shape("NFD, StripAccents, Replace", {
    normalizer: normalizers({ type: "NFD" }, { type: "StripAccents" }, {
      type: "Replace",
      pattern: { Regex: "[\\s&&[^\\n]]{2,}|\\d" },
      content: " $1",
    }),
    words: sequence(bytes(true)),
  }),
  shape("NFKD", { normalizer: { type: "NFKD" }, words: bytes(true) }),
  shape("marks inside words", {
    words: { type: "WhitespaceSplit" },
    decoder: null,
    added: ["[UNK]"],
    model: { unk_token: "[UNK]", continuing_subword_prefix: "##" },
  }),
  shape("added tokens of every kind", {
    words: bytes(true),
    added: [
      "<|endoftext|>",
      "<mask>@<",
      "<think>@>",
      "</think>@<>nt",
      "cats@w",
      "the@wnt",
      "  @nt",
      "<s>@<>w",
      "\n@t",
    ],
  }),
  shape("unknown characters, one by one", {
    decoder: { type: "Fuse" },
    added: ["<unk>"],
    model: { unk_token: "<unk>" },
  }),
  shape("no unknown token", { decoder: { type: "Fuse" } }),
];
