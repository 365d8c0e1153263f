import { must } from "../base/mod.ts";
import { byteOf } from "./_byte_level.ts";
import { replacer } from "./_normalizer.ts";
import { kindOf, type Part } from "./_tokenizer_json.ts";

/** What is done to tokens before they are put together. */
export type Decode = (tokens: readonly string[]) => readonly string[];

const lossy = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
const utf8 = new TextEncoder();

/** By the names that `tokenizer.json` gives them. */
const DECODERS: Readonly<Record<string, (part: Part, cannot: string) => Decode>> = {
  ByteLevel: () => bytesOfLevel,
  ByteFallback: () => bytesOfFallback,
  Fuse: () => (tokens) => [tokens.join("")],
  Replace: (part, cannot) => {
    must(cannot, "the content of Replace must be a text", part.content, typeof part.content === "string");
    const replace = replacer(part, cannot);
    return (tokens) => tokens.map(replace);
  },
  Strip: ({ content, start, stop }, cannot) => {
    must(
      cannot,
      "the content of Strip must be one character",
      content,
      typeof content === "string" && Array.from(content).length === 1,
    );
    return (tokens) => tokens.map((token) => stripped(token, content as string, Number(start), Number(stop)));
  },
  Metaspace: ({ replacement = "▁", prepend_scheme: scheme = "always" }) => (tokens) =>
    tokens.map((token, i) =>
      token.replaceAll(replacement as string, i === 0 && scheme !== "never" ? "" : " ")
    ),
  Sequence: ({ decoders }, cannot) => {
    must(cannot, "the decoders of Sequence must be a list", decoders, Array.isArray(decoders));
    const steps = (decoders as Part[]).map((part) => decoderOf(part, cannot));
    return (tokens) => steps.reduce((tokens, step) => step(tokens), tokens);
  },
};

/**
 * A `decoder` of a `tokenizer.json`.
 *
 * @throws {RangeError} If it is of a kind that is not read here.
 */
export function decoderOf(part: Part, cannot: string): Decode {
  return kindOf(DECODERS, part, "decoder", cannot)(part, cannot);
}

/** Tokens as the bytes that their characters stand for; one with another character is itself. */
function bytesOfLevel(tokens: readonly string[]): readonly string[] {
  const bytes: number[] = [];
  for (const token of tokens) {
    const start = bytes.length;
    for (let i = 0; i < token.length; i++) {
      const byte = byteOf(token.charCodeAt(i));
      if (byte === undefined) {
        bytes.length = start;
        for (const byte of utf8.encode(token)) bytes.push(byte);
        break;
      }
      bytes.push(byte);
    }
  }
  return [lossy.decode(Uint8Array.from(bytes))];
}

/** Tokens such as `<0x0A>` as text: those side by side together, or a mark for each where they make none. */
function bytesOfFallback(tokens: readonly string[]): readonly string[] {
  const texts: string[] = [];
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length === 0) return;
    try {
      texts.push(strict.decode(Uint8Array.from(bytes)));
    } catch {
      texts.push("\ufffd".repeat(bytes.length));
    }
    bytes = [];
  };
  for (const token of tokens) {
    const [, digits] = /^<0x([\dA-Fa-f]{2})>$/.exec(token) ?? [];
    if (digits !== undefined) bytes.push(parseInt(digits, 16));
    else {
      flush();
      texts.push(token);
    }
  }
  flush();
  return texts;
}

/** A token without so many of a character at its start and at its end. */
function stripped(token: string, content: string, start: number, stop: number): string {
  let from = 0;
  let to = token.length;
  for (let i = 0; i < start && token.startsWith(content, from); i++) from += content.length;
  for (let i = 0; i < stop && to > from && token.endsWith(content, to); i++) to -= content.length;
  return token.slice(from, to);
}
