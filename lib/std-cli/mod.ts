/**
 * The part of `jsr:@std/cli` that this project uses, for places where JSR cannot be reached. `deno.json` names this
 * folder in `workspace`; without that line the specifier `@std/cli` is the real package, with the same results (the progress bar
 * is at `@std/cli/unstable-progress-bar` in both).
 * @module
 */
export { type Args, parseArgs, type ParseOptions } from "./parse_args.ts";
