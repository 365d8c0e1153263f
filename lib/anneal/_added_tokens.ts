import type { AddedToken } from "./_tokenizer_json.ts";

/** A place of the tree of all tokens: what may follow, and the token that ends here. */
interface Node {
  next: Map<number, Node>;
  token?: AddedToken;
}

/** A piece of a text: a token that was found in it, or what lies between. */
export type Section = AddedToken | string;

/** Finds added tokens in a text: of those that begin at the leftmost place the longest, as Python does. */
export class AddedTokens {
  readonly #root: Node = { next: new Map() };
  readonly #empty: boolean;

  /** Tokens by what is looked for. */
  constructor(tokens: ReadonlyMap<string, AddedToken>) {
    this.#empty = tokens.size === 0;
    for (const [content, token] of tokens) {
      let node = this.#root;
      for (let i = 0; i < content.length; i++) {
        const unit = content.charCodeAt(i);
        let next = node.next.get(unit);
        if (!next) node.next.set(unit, next = { next: new Map() });
        node = next;
      }
      node.token = token;
    }
  }

  /** Divide a text. */
  divide(text: string): Section[] {
    if (this.#empty) return [text];
    const sections: Section[] = [];
    let end = 0;
    for (let at = 0; at < text.length;) {
      const found = this.#root.next.has(text.charCodeAt(at)) ? this.#longest(text, at) : undefined;
      if (!found) {
        at++;
        continue;
      }
      const { token } = found;
      let { to } = found;
      let from = at;
      // Python looks on after what was found, not after the white space that goes with it.
      at = to;
      if (token.single_word && (isWord(text, from, -1) || isWord(text, to, 0))) continue;
      if (token.lstrip) { while (from > end && isSpace(text[from - 1])) from--; }
      if (token.rstrip) { while (to < text.length && isSpace(text[to])) to++; }
      if (from > end) sections.push(text.slice(end, from));
      sections.push(token);
      end = to;
    }
    if (end < text.length) sections.push(text.slice(end));
    return sections;
  }

  #longest(text: string, from: number): { token: AddedToken; to: number } | undefined {
    let node: Node | undefined = this.#root;
    let found: { token: AddedToken; to: number } | undefined;
    for (let at = from; at < text.length; at++) {
      node = node.next.get(text.charCodeAt(at));
      if (!node) break;
      if (node.token) found = { token: node.token, to: at + 1 };
    }
    return found;
  }
}

const isSpace = (character: string) => /\p{White_Space}/u.test(character);

const ENDS_WITH_WORD = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/v;
const STARTS_WITH_WORD = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/v;

/** Whether a letter, digit or underscore stands before (-1) or at (0) a place. */
function isWord(text: string, at: number, side: -1 | 0): boolean {
  return side < 0
    // Not by the flag u: V8 then finds no letter beyond U+FFFF at an end.
    ? ENDS_WITH_WORD.test(text.slice(Math.max(0, at - 2), at))
    : STARTS_WITH_WORD.test(text.slice(at, at + 2));
}
