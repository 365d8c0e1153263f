/** How a page's bytes were read. */
export interface Decoded {
  /** The page. */
  html: string;
  /** The encoding by the name that the WHATWG standard gives it, for example `windows-1252`. */
  encoding: string;
  /** What told it. */
  encodingBy: "byte order mark" | "content type" | "page" | "letters";
}

/** How much of a page is searched for what it says of its encoding; browsers wait for 1,024 bytes, and read on. */
const HEAD = 8192;
/** How much of a page the letters are counted in. */
const SAMPLE = 1 << 18;
/** The share of characters that may be undecodable in the encoding that is named: a page may be cut, or quote another. */
const MOST_REPLACED = 0.002;

/**
 * Bytes as the page they are: by byte order mark, by the charset of the `Content-Type` header, by the charset that the page
 * names in its first 8,192 bytes, else by its letters. A name that the bytes belie is passed over: one that does not decode
 * them, and one of Western Europe where they are valid UTF-8 beyond ASCII.
 */
export async function decodePage(bytes: Uint8Array, contentType: string | undefined): Promise<Decoded> {
  const mark = markOf(bytes);
  if (mark) return { html: decoded(bytes, mark), encoding: mark, encodingBy: "byte order mark" };
  const isUtf8 = isValidUtf8(bytes);
  const named: [string | undefined, Decoded["encodingBy"]][] = [
    [charsetOf(contentType ?? ""), "content type"],
    [charsetIn(bytes), "page"],
  ];
  for (const [label, encodingBy] of named) {
    const encoding = label === undefined ? undefined : encodingOf(label);
    if (encoding === undefined) continue;
    if (encoding === "utf-8" && isUtf8) return { html: decoded(bytes, encoding), encoding, encodingBy };
    // Servers and editors name it without looking.
    if (encoding === "windows-1252" && isUtf8 && !isAscii(bytes)) continue;
    const html = decoded(bytes, encoding);
    if (replaced(html) <= MOST_REPLACED * html.length) return { html, encoding, encodingBy };
  }
  const encoding = isUtf8 ? "utf-8" : await byLetters(bytes);
  return { html: decoded(bytes, encoding), encoding, encodingBy: "letters" };
}

function markOf(bytes: Uint8Array): string | undefined {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8";
  return a === 0xfe && b === 0xff ? "utf-16be" : a === 0xff && b === 0xfe ? "utf-16le" : undefined;
}

/** The charset of a `Content-Type`. */
function charsetOf(contentType: string): string | undefined {
  return /\bcharset\s*=\s*["']?\s*([^\s"';,>]+)/i.exec(contentType)?.[1];
}

/** The charset that a page names for itself, in `meta` or in an XML declaration; what comments say does not count. */
function charsetIn(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, HEAD)).replace(/<!--[^]*?-->/g, "");
  const xml = /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)["']/i.exec(head)?.[1];
  for (const [tag] of head.matchAll(/<meta\s[^>]{0,1000}>?/gi)) {
    const charset = charsetOf(tag);
    // A page that was read so far is in no encoding of 16 bits.
    if (charset !== undefined) return /^utf-?16/i.test(charset) ? "utf-8" : charset;
  }
  return xml;
}

/** The standard's name of an encoding, if there is one of that label. */
function encodingOf(label: string): string | undefined {
  try {
    const { encoding } = new TextDecoder(label);
    return encoding === "x-user-defined" ? "windows-1252" : encoding;
  } catch {
    return undefined;
  }
}

function decoded(bytes: Uint8Array, encoding: string): string {
  return new TextDecoder(encoding).decode(bytes);
}

function replaced(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\ufffd"); at >= 0; at = text.indexOf("\ufffd", at + 1)) count++;
  return count;
}

function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 128);
}

/** Whether bytes are UTF-8. A page may be cut within a letter, but where that is its only one it speaks for another encoding. */
function isValidUtf8(bytes: Uint8Array): boolean {
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    const whole = decoder.decode(bytes, { stream: true });
    // deno-lint-ignore no-control-regex -- all of ASCII
    if (!/^[\x00-\x7f]*$/.test(whole)) return true;
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

/** The encoding that the letters of a page make likely. */
async function byLetters(bytes: Uint8Array): Promise<string> {
  const sample = sampleOf(bytes);
  const wide = wideOf(bytes);
  if (wide) return wide;
  // Weighed on 42 short texts in nine encodings: chardet names 38, jschardet 30.
  const { analyse } = await import("chardet");
  const likely = analyse(sample)
    .map(({ name }) => encodingOf(name))
    .filter((encoding): encoding is string => encoding !== undefined && !encoding.startsWith("utf-"));
  // Cyrillic letters of one byte each are all in the upper quarter, where the second bytes of Chinese are not.
  const letters = sample.filter((byte) => byte >= 0x80);
  const upper = letters.reduce((sum, byte) => sum + (byte >= 0xc0 ? 1 : 0), 0);
  const isCyrillic = upper > 0.95 * letters.length && letters.length > 16;
  const first = isCyrillic && /^(?:gb|big5|euc|shift)/.test(likely[0] ?? "")
    ? likely.find((encoding) => /^koi8|1251|iso-8859-5|866/.test(encoding)) ?? likely[0]
    : likely[0];
  // UTF-8 with damage is still that, where the damage is rare.
  const asUtf8 = decoded(sample, "utf-8");
  if (first === undefined || replaced(asUtf8) <= 0.1 * letters.length) {
    return replaced(asUtf8) <= 0.1 * letters.length ? "utf-8" : "windows-1252";
  }
  return first;
}

/** UTF-16 without a mark: every other byte of its tags is nothing. */
function wideOf(bytes: Uint8Array): string | undefined {
  const some = bytes.subarray(0, 1024);
  const zeros = [0, 0];
  some.forEach((byte, i) => zeros[i % 2] += byte === 0 ? 1 : 0);
  if (zeros[1] > 0.3 * some.length && zeros[0] < 0.05 * some.length) return "utf-16le";
  return zeros[0] > 0.3 * some.length && zeros[1] < 0.05 * some.length ? "utf-16be" : undefined;
}

/** The start of a page without its tags, whose ASCII says nothing; the tags too where there is little else. */
function sampleOf(bytes: Uint8Array): Uint8Array {
  const sample = new Uint8Array(Math.min(bytes.length, SAMPLE));
  let size = 0;
  let inTag = false;
  for (const byte of bytes) {
    if (byte === 0x3c) inTag = true;
    if (!inTag && size < sample.length) sample[size++] = byte;
    if (byte === 0x3e) inTag = false;
    if (size === sample.length) break;
  }
  const text = sample.subarray(0, size);
  return text.some((byte) => byte >= 0x80) ? text : bytes.subarray(0, SAMPLE);
}
