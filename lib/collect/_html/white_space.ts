// Soft hyphens, zero-width spaces, joiners of words and byte order marks are no characters of a text; the zero-width joiner and
// non-joiner are, in Persian, in Indian scripts and in emoji.
const unseen = /[\u00ad\u200b\u2060\ufeff]/g;
// Spaces that only say where no line may break.
const unbroken = /[\u00a0\u2007\u202f]/g;

/** Text whose white space is kept, as code is: its spaces are those of a keyboard, and what only guides the breaking of lines is gone. */
export function kept(text: string): string {
  return text.replace(unseen, "").replace(unbroken, " ");
}

/** Text as a browser sets it: white space is one space, and what only guides the breaking of lines is gone. */
export function collapsed(text: string): string {
  return kept(text).replace(/[\t\r\n\f][ \t\r\n\f]*| [ \t\r\n\f]+/g, " ");
}
