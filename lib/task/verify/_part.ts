import type { Flags, Given } from "../_task.ts";
import type { VerifyRow } from "./_row.ts";

/** A part of `deno task verify`: what it holds this kit to, and how. */
export interface Part<F extends Flags = Flags> {
  /** In a few words, and below it a line for each of its flags and words. */
  help: string;
  /** Its flags. @default {none} */
  flags?: F;
  /** The names that words may choose, where it has parts of its own. @default {none} */
  names?: readonly string[];
  /** The rows, as they are found; `names` are those chosen, and `say` prints a line meanwhile. */
  verify(given: Given<F>, names: string[], say: (line: string) => void): AsyncIterable<VerifyRow>;
}

/** A part whose flags `verify` may meet without knowing which. */
export function part<const F extends Flags = Record<never, never>>(of: Part<F>): Part {
  return of as unknown as Part;
}
