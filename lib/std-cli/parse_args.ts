/** What {@linkcode parseArgs} is told about the flags. */
export interface ParseOptions<
  B extends string = string,
  S extends string = string,
  C extends string = string,
> {
  /** Flags without a value: `--name` is true. */
  boolean?: readonly B[];
  /** Flags with a value: `--name value` or `--name=value`. */
  string?: readonly S[];
  /** Flags that may stand more than once; their values form an array. */
  collect?: readonly C[];
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
export function parseArgs<B extends string = never, S extends string = never, C extends string = never>(
  args: readonly string[],
  options: ParseOptions<B, S, C> = {},
): Args<B, S, C> {
  const booleans = new Set<string>(options.boolean ?? []);
  const strings = new Set<string>(options.string ?? []);
  const collected = new Set<string>(options.collect ?? []);
  const canonical = new Map<string, string>();
  for (const [name, others] of Object.entries(options.alias ?? {})) {
    for (const other of [others].flat()) canonical.set(other, name);
  }
  const flags: Record<string, unknown> = {};
  const positionals: (string | number)[] = [];
  const positional = (word: string) => {
    if (options.unknown?.(word) === false) return;
    positionals.push(word.trim() !== "" && Number.isFinite(Number(word)) ? Number(word) : word);
  };
  const set = (raw: string, value: unknown, word: string) => {
    const name = canonical.get(raw) ?? raw;
    const known = booleans.has(name) || strings.has(name) || collected.has(name);
    if (!known && options.unknown?.(word, name, value) === false) return;
    if (collected.has(name)) (flags[name] ??= [] as unknown[], (flags[name] as unknown[]).push(value));
    else flags[name] = value;
    for (const [other, target] of canonical) if (target === name) flags[other] = flags[name];
  };
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    if (word === "--") {
      args.slice(i + 1).forEach(positional);
      break;
    }
    const match = /^--?([^=-][^=]*)(?:=([\s\S]*))?$/.exec(word);
    if (!match || /^-\d/.test(word)) {
      positional(word);
      continue;
    }
    const raw = match[1]!, inline = match[2];
    const name = canonical.get(raw) ?? raw;
    if (booleans.has(name)) set(raw, inline === undefined ? true : inline !== "false", word);
    else if (inline !== undefined) set(raw, inline, word);
    else {
      const next = args[i + 1];
      const takesNext = next !== undefined && !/^-[^\d]/.test(next);
      if (takesNext) i++;
      set(raw, takesNext ? next : strings.has(name) || collected.has(name) ? "" : true, word);
    }
  }
  for (const name of booleans) flags[name] ??= options.default?.[name] ?? false;
  for (const name of collected) flags[name] ??= options.default?.[name] ?? [];
  for (const [name, value] of Object.entries(options.default ?? {})) flags[name] ??= value;
  return { ...flags, _: positionals } as Args<B, S, C>;
}
