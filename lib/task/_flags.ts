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

/** The same for a task that takes flags only. */
export function refuseUnknownWord(word: string, flag?: string): boolean {
  if (flag !== undefined) return refuseUnknownFlag(word, flag);
  console.error(`Cannot run the task as it takes no word ${word}: see --help`);
  Deno.exit(2);
}

/** The range of a number that a flag takes. */
export interface NumberRange {
  /** The least. */
  min: number;
  /** The most. @default {Infinity} */
  max?: number;
  /** Whether it must be a whole number. @default {true} */
  whole?: boolean;
}

/** A flag's value as a number, `undefined` where the flag is absent; a wrong one ends the task with a line as it was typed. */
export function numberFlag(name: string, value: string | undefined, range: NumberRange): number | undefined {
  if (value === undefined) return undefined;
  const { min, max = Infinity, whole = true } = range;
  const number = Number(value);
  if (value.trim() !== "" && number >= min && number <= max && (!whole || Number.isSafeInteger(number))) {
    return number;
  }
  const what = `${whole ? "a whole number" : "a number"} ${
    max === Infinity ? `>= ${min}` : `in [${min}, ${max}]`
  }`;
  console.error(`Cannot run the task as --${name} must be ${what}: current value is ${value || "nothing"}`);
  Deno.exit(2);
}
