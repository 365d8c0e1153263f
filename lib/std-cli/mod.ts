/**
 * The part of `jsr:@std/cli` that this project uses, for places where JSR cannot be reached. `deno.json` names this
 * folder in `links`; without that line the specifier `@std/cli` is the real package, with the same results.
 * @module
 */
export * from "./parse_args.ts";
