import { numberOf, type Row, textOf } from "./_exchange_rows.ts";

/** Numbers of posts beyond this are of no site; the largest has two thirds of it. */
const most = 1 << 27;

/** The question that each post belongs to, by the post's number: four bytes a post. */
export class Questions {
  // 0 where there is no such post.
  #after = new Uint32Array(1 << 12);

  set(post: number, question: number): void {
    if (post < 0 || post >= most || question >= 2 ** 32 - 1) return;
    if (post >= this.#after.length) {
      const more = new Uint32Array(Math.max(2 * this.#after.length, post + 1));
      more.set(this.#after);
      this.#after = more;
    }
    this.#after[post] = question + 1;
  }

  /** `undefined` of what is neither a question nor an answer. */
  of(post: number | undefined): number | undefined {
    const after = post === undefined ? 0 : this.#after[post] ?? 0;
    return after > 0 ? after - 1 : undefined;
  }
}

/** A remark on a post, with what its licence asks to be told. */
export interface Comment {
  id: number;
  text: string;
  score: number;
  author: string;
  date: string;
}

/** A comment of a row: its text is Markdown as its author wrote it. */
export function commentOf(row: Row, author: string): Comment {
  return {
    id: numberOf(row, "Id")!,
    text: textOf(row, "Text").trim(),
    score: numberOf(row, "Score") ?? 0,
    author: author || textOf(row, "UserDisplayName"),
    date: textOf(row, "CreationDate"),
  };
}
