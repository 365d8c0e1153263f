/**
 * The character that stands for each byte in byte-level vocabularies: itself where it is printed, else one from 256 on
 * (GPT-2's `bytes_to_unicode`).
 */
const CHARACTERS: readonly string[] = (() => {
  let other = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const printed = byte >= 0x21 && byte <= 0x7e || byte >= 0xa1 && byte !== 0xad;
    return String.fromCharCode(printed ? byte : other++);
  });
})();

const BYTES: readonly (number | undefined)[] = (() => {
  const bytes: (number | undefined)[] = [];
  for (const [byte, character] of CHARACTERS.entries()) bytes[character.charCodeAt(0)] = byte;
  return bytes;
})();

const utf8 = new TextEncoder();

/** The byte that a character stands for, if any. */
export function byteOf(code: number): number | undefined {
  return BYTES[code];
}

/** A text as the characters that stand for its bytes. */
export function bytesAsText(text: string): string {
  let characters = "";
  for (const byte of utf8.encode(text)) characters += CHARACTERS[byte];
  return characters;
}
