/** The kinds of work by the names that plans call them, a file each. */
export const KINDS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    "read",
    "rules",
    "gate",
    "synthesize",
    "decontaminate",
    "near-keys",
    "near-pairs",
    "near-clusters",
    "near-keep",
    "tokenize",
    "proxies",
    "evaluate",
  ].map((name) => [name, import.meta.resolve(`./kinds/${name.replaceAll("-", "_")}.ts`)]),
);
