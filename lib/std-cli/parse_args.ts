/** What {@linkcode parseArgs} is told about the flags. */
export interface ParseOptions<
  B extends string = string,
  S extends string = string,
  C extends string = string,
> {
  /** Flags without a value: `--name` is true. */
  boolean?: B | readonly B[];
  /** Flags with a value, kept as text: `--name value` or `--name=value`. */
  string?: S | readonly S[];
  /** Flags that may stand more than once; their values form an array. */
  collect?: C | readonly C[];
  /** Flags for which `--no-name` means false. */
  negatable?: string | readonly string[];
  /** Values for flags that are absent. */
  default?: Record<string, unknown>;
  /** Short or other names, as `{ help: "h" }`. */
  alias?: Record<string, string | readonly string[]>;
  /** Called with every flag or positional that no option names; returning false drops it. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** What {@linkcode parseArgs} returns: flags by name, positionals in `_`. */
export type Args<B extends string, S extends string, C extends string> =
  & { [K in B]: boolean }
  & { [K in Exclude<S, C>]?: string }
  & { [K in C]: string[] }
  & { _: (string | number)[] };

/**
 * Parse a command line into flags and positionals.
 *
 * @param args The words, for example `Deno.args`.
 * @param options Which flags there are.
 * @returns One property a flag; positionals, as numbers where they look like numbers, in `_`.
 */
export function parseArgs<
  B extends string = never,
  S extends string = never,
  C extends string = never,
>(
  args: readonly string[],
  options: ParseOptions<B, S, C> = {},
): Args<B, S, C> {
  const parser = new Parser(options as ParseOptions);
  parser.read(args);
  return parser.result() as Args<B, S, C>;
}

class Parser {
  #options: ParseOptions;
  #booleans: Set<string>;
  #strings: Set<string>;
  #collected: Set<string>;
  #negatable: Set<string>;
  /** Each name with all names that mean the same. */
  #names = new Map<string, string[]>();
  #flags: Record<string, unknown> = {};
  #positionals: (string | number)[] = [];

  constructor(options: ParseOptions) {
    this.#options = options;
    for (const [name, others] of Object.entries(options.alias ?? {})) {
      const all = [name, ...[others].flat()];
      for (const one of all) this.#names.set(one, all);
    }
    const withAliases = (names: string | readonly string[] = []) =>
      new Set([names].flat().flatMap((name) => this.#all(name)));
    this.#booleans = withAliases(options.boolean);
    this.#strings = withAliases(options.string);
    this.#collected = withAliases(options.collect);
    this.#negatable = withAliases(options.negatable);
  }

  read(args: readonly string[]): void {
    const end = args.indexOf("--");
    const words = end < 0 ? args : args.slice(0, end);
    for (let i = 0; i < words.length; i++) {
      const word = words[i];
      const next = words[i + 1];
      const used = /^--[^-=]/.test(word)
        ? this.#long(word, next)
        : /^-[^-\d=]/.test(word)
        ? this.#short(word, next)
        : this.#positional(word);
      if (used) i++;
    }
    if (end >= 0) this.#positionals.push(...args.slice(end + 1));
  }

  result(): Record<string, unknown> {
    for (const [name, value] of Object.entries(this.#options.default ?? {})) {
      if (!(name in this.#flags)) {
        for (const one of this.#all(name)) this.#flags[one] = value;
      }
    }
    for (const name of this.#booleans) {
      this.#flags[name] ??= this.#collected.has(name) ? [] : false;
    }
    for (const name of this.#strings) {
      if (this.#collected.has(name)) this.#flags[name] ??= [];
    }
    return { ...this.#flags, _: this.#positionals };
  }

  /** `--name`, `--name=value`, `--name value`, `--no-name`; whether the next word was taken. */
  #long(word: string, next: string | undefined): boolean {
    const [, name = "", value] = /^--([^=]+)(?:=([\s\S]+))?/.exec(word)!;
    if (value !== undefined) {
      this.#set(
        name,
        this.#booleans.has(name) ? value === "true" : value,
        word,
      );
      return false;
    }
    const positive = name.replace(/^no-/, "");
    if (positive !== name && this.#negatable.has(positive)) {
      this.#set(positive, false, word);
      return false;
    }
    return this.#valueOrNext(
      name,
      word,
      next,
      next !== undefined && next !== "" && !next.startsWith("-"),
    );
  }

  /** `-x`, `-x value`, `-x=value`, `-x5`, `-xyz`; whether the next word was taken. */
  #short(word: string, next: string | undefined): boolean {
    for (let i = 1; i < word.length - 1; i++) {
      const letter = word[i];
      const rest = word.slice(i + 1);
      const value = rest.startsWith("=") ? rest.slice(1) : /^(-?\d|\W)/.test(rest) ? rest : undefined;
      if (value !== undefined) {
        this.#set(letter, value, word);
        return false;
      }
      this.#set(letter, this.#strings.has(letter) ? "" : true, word);
    }
    return this.#valueOrNext(
      word.at(-1)!,
      word,
      next,
      next !== undefined && next !== "" && !/^-+[^-]/.test(next),
    );
  }

  #valueOrNext(
    name: string,
    word: string,
    next: string | undefined,
    isValue: boolean,
  ): boolean {
    const takes = this.#booleans.has(name) ? next === "true" || next === "false" : isValue;
    const absent = this.#strings.has(name) ? "" : true;
    this.#set(
      name,
      !takes ? absent : this.#booleans.has(name) ? next === "true" : next,
      word,
    );
    return takes;
  }

  #positional(word: string): boolean {
    if (this.#options.unknown?.(word) !== false) {
      this.#positionals.push(this.#strings.has("_") ? word : numeric(word));
    }
    return false;
  }

  #set(name: string, raw: unknown, word: string): void {
    const isString = this.#strings.has(name);
    const known = isString || this.#booleans.has(name) || this.#names.has(name);
    if (!known && this.#options.unknown?.(word, name, raw) === false) return;
    const value = typeof raw === "string" && !isString ? numeric(raw) : raw;
    const collects = this.#collected.has(name);
    for (const one of this.#all(name)) {
      this.#flags[one] = collects ? [...this.#flags[one] as unknown[] ?? [], value] : value;
    }
  }

  #all(name: string): string[] {
    return this.#names.get(name) ?? [name];
  }
}

function numeric(word: string): string | number {
  return /^0x[\da-f]+$|^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(word) ? Number(word) : word;
}
