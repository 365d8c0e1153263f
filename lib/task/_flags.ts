// deno-lint-ignore-file no-console
/**
 * What a task says to a word that it does not know, as the `unknown` option of `parseArgs`: a misspelt flag must not run
 * the default in silence. Positional words pass.
 */
export function refuseUnknownFlag(word: string, flag?: string): boolean {
  if (flag === undefined) return true;
  console.error(`Cannot run the task as it has no flag ${word}: see --help`);
  Deno.exit(2);
}
