/**
 * A text with HTML's references to spaces and punctuation blanked, which some extractors leave behind: they are no words. It is
 * as long as it was, so that places in it stay.
 */
export function blankEntities(text: string): string {
  return text.includes("&") ? text.replace(entity, (one) => " ".repeat(one.length)) : text;
}

const entity =
  /&(?:nbsp|ensp|emsp|thinsp|amp|quot|apos|lt|gt|[lr][sd]quo|[mn]dash|hellip|#0*(?:160|3[489]|6[02])|#x0*(?:a0|2[267]|3[ce]));/gi;
