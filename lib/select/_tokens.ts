/** Tokens of a text, in arrays that hold until the next call of {@linkcode tokenize}. */
export interface Tokens {
  /** How many tokens there are; the arrays may be longer. */
  count: number;
  /** Where each starts, in UTF-16 units. */
  starts: Uint32Array;
  /** Where each ends (exclusive). */
  ends: Uint32Array;
  /** A 32-bit FNV-1a hash of each. */
  hashes: Uint32Array;
  /** Bits of each: 1 has a letter, 2 has a letter or digit. */
  kinds: Uint8Array;
}

// 0 stands for a code unit whose class is not settled yet.
const SPACE = 1;
const LETTER = 2;
const DIGIT = 3;
const SIGN = 4;
const classes = new Uint8Array(0x10000);
const tokens: Tokens = {
  count: 0,
  starts: new Uint32Array(4096),
  ends: new Uint32Array(4096),
  hashes: new Uint32Array(4096),
  kinds: new Uint8Array(4096),
};

/**
 * Cut a text the way spaCy's English tokenizer does, near enough for the shares of words that the published thresholds
 * were set with: runs of letters and digits, contractions in two (`do n't`), numbers and addresses whole, every sign a
 * token of its own but for runs of `.`, `-` and `~`.
 *
 * The base room's scanner drops signs and case, which these rules count; `Intl.Segmenter` reads 2 MB/s.
 */
export function tokenize(text: string): Tokens {
  tokens.count = 0;
  const length = text.length;
  for (let i = 0; i < length;) {
    const kind = classOf(text, i);
    if (kind === SPACE) {
      i++;
      continue;
    }
    let end = i + 1;
    let bits = 0;
    if (kind === SIGN && !contracts(text, i)) {
      const unit = text.charCodeAt(i);
      if (runs(unit)) { while (end < length && text.charCodeAt(end) === unit) end++; }
    } else {
      end = kind === SIGN ? i + 1 : i;
      for (let last = kind;;) {
        while (end < length && ((last = classOf(text, end)) === LETTER || last === DIGIT)) {
          bits |= last === LETTER ? 3 : 2;
          end++;
        }
        if (!joins(text, end, i)) break;
        end++;
      }
      // The first half of a negation ends before its n, unless that is all there is.
      if (end - i > 1 && negates(text, end - 1)) end--;
      if (abbreviates(text, i, end)) end++;
      if (startsAddress(text, i, end)) {
        while (end < length && classOf(text, end) !== SPACE) end++;
      }
    }
    push(text, i, end, bits);
    i = end;
  }
  return tokens;
}

/**
 * How a language's texts are cut: those that put no space between words by `Intl.Segmenter`, all others by {@linkcode tokenize}.
 *
 * @param language A code such as `zh`, or the name of one of FineWeb-2's, such as `cmn_Hani`.
 */
export function tokenizerOf(language: string | undefined): (text: string) => Tokens {
  const code = language === undefined ? undefined : UNSPACED[language.split(/[_-]/)[0]];
  if (code === undefined) return tokenize;
  const segmenter = new Intl.Segmenter(code, { granularity: "word" });
  return (text) => {
    tokens.count = 0;
    for (const { segment, index } of segmenter.segment(text)) {
      if (segment.trim() === "") continue;
      const bits = /\p{L}/u.test(segment) ? 3 : /\p{N}/u.test(segment) ? 2 : 0;
      push(text, index, index + segment.length, bits);
    }
    return tokens;
  };
}

/** Languages without spaces between words, by their codes of ISO 639-1 and 639-3. */
const UNSPACED: Readonly<Record<string, string>> = {
  ...{ zh: "zh", cmn: "zh", yue: "zh", zho: "zh", ja: "ja", jpn: "ja", th: "th", tha: "th" },
  ...{ lo: "lo", lao: "lo", km: "km", khm: "km", my: "my", mya: "my" },
};

function classOf(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return classes[unit] || (classes[unit] = classify(String.fromCharCode(unit)));
}

function classify(character: string): number {
  // Half of a surrogate pair: most characters beyond the plane that words are made of are letters (Han, scripts).
  if (/[\p{L}\p{M}\p{Cs}]/u.test(character)) return LETTER;
  if (/\p{N}/u.test(character)) return DIGIT;
  return /[\s\p{Cc}\p{Cf}]/u.test(character) ? SPACE : SIGN;
}

function runs(unit: number): boolean {
  return unit === 45 || unit === 46 || unit === 126;
}

function isApostrophe(text: string, at: number): boolean {
  return text[at] === "'" || text[at] === "’";
}

/** Whether the apostrophe at `at` starts the second half of a contraction: the `'m` of `I'm`. */
function contracts(text: string, at: number): boolean {
  return at > 0 && at + 1 < text.length && isApostrophe(text, at) && classOf(text, at - 1) === LETTER &&
    classOf(text, at + 1) === LETTER;
}

/** Whether the `n` at `at` starts the second half of a negation: the `n't` of `don't`. */
function negates(text: string, at: number): boolean {
  return text[at] === "n" && isApostrophe(text, at + 1) && text[at + 2] === "t" && contracts(text, at + 1);
}

/** Whether the sign at `at` stands inside a word or a number: `U.S`, `1,000`, `10:30`, `a@b`, and the `n't` of `don't`. */
function joins(text: string, at: number, start: number): boolean {
  if (at + 1 >= text.length || at === 0) return false;
  const before = classOf(text, at - 1);
  const after = classOf(text, at + 1);
  if (after !== LETTER && after !== DIGIT) return false;
  switch (text[at]) {
    case "'":
    case "’":
      return at - 1 === start && negates(text, start);
    case ".":
      // `end.Next` is a missing space.
      return !(/\p{Ll}/u.test(text[at - 1]) && /\p{Lu}/u.test(text[at + 1]));
    case ",":
    case "-":
      return before !== after || (after === DIGIT && text[at] === ",");
    case ":":
    case "/":
      return after === DIGIT;
    case "@":
    case "_":
    case "&":
      return true;
  }
  return false;
}

/** Whether the token is letters parted by full stops, which its last full stop belongs to: `U.S.`, `J.` */
function abbreviates(text: string, start: number, end: number): boolean {
  if (text[end] !== "." || text[end + 1] === "." || (end - start) % 2 === 0 || end - start > 15) return false;
  for (let i = start; i < end; i++) {
    if ((i - start) % 2 === 0 ? !/\p{Lu}/u.test(text[i]) : text[i] !== ".") return false;
  }
  return true;
}

function startsAddress(text: string, start: number, end: number): boolean {
  if (text.startsWith("://", end)) return true;
  if (end - start === 3 && text[end] === "." && text.slice(start, end).toLowerCase() === "www") return true;
  if (end - start > 320) return false;
  return text[end] === "." && text.slice(start, end).includes("@");
}

function push(text: string, start: number, end: number, bits: number): void {
  const at = tokens.count++;
  if (at === tokens.starts.length) grow();
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  tokens.starts[at] = start;
  tokens.ends[at] = end;
  tokens.hashes[at] = hash;
  tokens.kinds[at] = bits;
}

function grow(): void {
  for (const name of ["starts", "ends", "hashes"] as const) {
    const grown = new Uint32Array(tokens[name].length * 2);
    grown.set(tokens[name]);
    tokens[name] = grown;
  }
  const kinds = new Uint8Array(tokens.starts.length);
  kinds.set(tokens.kinds);
  tokens.kinds = kinds;
}
