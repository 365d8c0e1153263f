import { Random } from "../base/mod.ts";

/** What a tokenizer meets seldom and must take all the same, by kinds. */
const PARTS: readonly (readonly string[])[] = [
  "the of in Hello world cats running naïve I'LL it's don't we'Ve 'S 'ſ ſ K http://a.b/c?d=e x=y; print(x) {} -- ... snake_case camelCase"
    .split(" "),
  ["0", "7", "42", "123", "1234567", "3.14", "1,000", "²", "½", "Ⅷ", "٣٤", "१२", "１２"],
  [
    " ",
    " ",
    "  ",
    "   ",
    "        ",
    "\t",
    "\t\t",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\v",
    "\f",
    "\u0085",
    "\u2028",
    "\u2029",
  ],
  [
    "\u00a0",
    "\u1680",
    "\u2003",
    "\u202f",
    "\u3000",
    "\u200b",
    "\u200c",
    "\u200d",
    "\u2060",
    "\ufeff",
    "\u180e",
  ],
  [
    "\0",
    "\x01",
    "\x07",
    "\x1b",
    "\x1f",
    "\x7f",
    "\x80",
    "\x9f",
    "\u00ad",
    "\ufffd",
    "\ufffe",
    "\uffff",
    "\u{10ffff}",
  ],
  ["😀", "👍🏽", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "🇺", "1️⃣", "❤️", "👨🏿‍🚀", "\ufe0f", "🫠", "\u{e0041}"],
  [
    "中文",
    "東京都",
    "、",
    "。",
    "日本語",
    "カタカナ",
    "ｶﾞ",
    "한국어",
    "가",
    "ㄱ",
    "𠮷",
    "北京2008",
    "ไทย",
    "ภาษาไทย",
    "กำ",
    "ລາວ",
  ],
  [
    "é",
    "e\u0301",
    "Å",
    "A\u030a",
    "ﬁ",
    "ﬀ",
    "İ",
    "ı",
    "ß",
    "ẞ",
    "ΑΣ",
    "σς",
    "ñ",
    "n\u0303",
    "q\u0323\u0307",
    "\u0301",
    "\u0f71\u0f72",
    "z\u0335\u0335\u0351",
  ],
  [
    "مرحبا",
    "العربية",
    "שלום",
    "हिन्दी",
    "क्षि",
    "தமிழ்",
    "Привет",
    "Ελληνικά",
    "ქართული",
    "አማርኛ",
    "\u202e",
    "\u202a",
    "𝔘𝔫𝔦",
    "𐍈",
    "\u{1e900}",
  ],
  "<s> </s> <unk> <pad> <bos> <|endoftext|> <|im_start|> <|im_end|> <|begin_of_text|> <|eot_id|> [INST] [/INST] <think> </think> <0x0A> <0xFF> <|user|> <|end|> <mask> <table> <start_of_turn> |||IP_ADDRESS||| <|en"
    .split(" "),
  [
    "▁",
    "▁▁",
    "▁a",
    "Ġ",
    "Ċ",
    "Ģ",
    "##",
    "</w>",
    "_",
    "__",
    "~",
    "`",
    "\\",
    "|",
    "[",
    "]",
    "^",
    "$",
    "«",
    "„",
    "—",
    "…",
    "€",
    "©",
    "∑",
  ],
];

/**
 * Texts that are hard to tokenize, the same for a seed: emoji with joiners, scripts of many kinds, combining marks, runs of white
 * space, control characters, digits, the marks of special tokens, long words, what is empty and what is only spaces. None has
 * half a surrogate pair.
 */
export function oddTexts(count: number, seed: string): string[] {
  const random = new Random(seed);
  const texts = ["", " ", "  ", "\n", "\t \r\n", "▁", " ".repeat(300), "a".repeat(5000), "ab ".repeat(500)];
  while (texts.length < count) {
    // Half of the texts keep to two kinds, which brings like beside like.
    const kinds = random.next() < 0.5 ? PARTS : [random.pick(PARTS), random.pick(PARTS)];
    const length = 1 + random.int(random.next() < 0.1 ? 200 : 24);
    const words = Array.from({ length }, () => {
      const part = random.pick(random.pick(kinds));
      return random.next() < 0.05 ? part.repeat(1 + random.int(20)) : part;
    });
    texts.push(words.join(random.next() < 0.3 ? " " : ""));
  }
  return texts.slice(0, count);
}
