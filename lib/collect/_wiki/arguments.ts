import { GONE } from "./marks.ts";

/** What a template is given. */
export class Arguments {
  readonly #values = new Map<string, string>();
  /** How many are given without a name. */
  readonly count: number;

  /**
   * @param parts What stands between the bars.
   * @param equals Where in each part its name ends, -1 where it has none.
   */
  constructor(parts: readonly string[], equals: readonly number[]) {
    let count = 0;
    parts.forEach((part, i) => {
      if (equals[i] < 0) this.#values.set(`${++count}`, part.trim());
      else this.#values.set(part.slice(0, equals[i]).trim().toLowerCase(), part.slice(equals[i] + 1).trim());
    });
    while (this.#values.has(`${count + 1}`)) count++;
    this.count = count;
  }

  /** The first of some arguments that is given and not empty, else an empty text. */
  of(...names: (string | number)[]): string {
    for (const name of names) {
      const value = this.#values.get(`${name}`);
      if (value) return value;
    }
    return "";
  }

  /** Those without a name that are not empty, from one on. */
  list(from = 1): string[] {
    const values: string[] = [];
    for (let i = from; i <= this.count; i++) {
      const value = this.of(i);
      if (value && value !== GONE) values.push(value);
    }
    return values;
  }

  /** Whether a name is given. */
  has(name: string | number): boolean {
    return this.#values.has(`${name}`);
  }

  /** Those whose names begin so and go on with a number, in their order. */
  numbered(prefix: string): string[] {
    const values: string[] = [];
    for (let i = 1; this.#values.has(`${prefix}${i}`); i++) values.push(this.of(`${prefix}${i}`));
    return values;
  }
}

/** Where a text comes from, as far as its templates need to know. */
export interface Site {
  /** The language of the text. */
  language: string;
  /** The page's title. */
  title: string;
}

/** What a template shows of its arguments, in wikitext that is read already. */
export type Template = (given: Arguments, site: Site) => string;
