// deno-lint-ignore-file no-console
import { parseArgs } from "@std/cli";
import { nearest } from "../base/mod.ts";
import { recommendedDeno, tooOld } from "./_least_deno.ts";

// Said when this file is loaded, before the task comes to what an older Deno lacks.
const old = tooOld(Deno.version.deno);
if (old) console.error(`${old}; npx --yes deno@${recommendedDeno} task NAME runs one that is`);

/** The range of a number that a flag takes. */
export interface NumberRange {
  /** The least. */
  min: number;
  /** The most. @default {Infinity} */
  max?: number;
  /** Whether it must be a whole number. @default {true} */
  whole?: boolean;
}

/** What follows a flag: nothing, a text, a text each time that it stands there, one of some names, or a number. */
export type Flag = "switch" | "text" | "texts" | readonly string[] | NumberRange;

/** A task's flags by name, without their dashes. */
export type Flags = Readonly<Record<string, Flag>>;

/** What was given: flags that are absent are `undefined`, switches `false`, repeated texts empty. */
export type Given<F extends Flags> = {
  [Name in keyof F]: F[Name] extends "switch" ? boolean
    : F[Name] extends "texts" ? string[]
    : F[Name] extends readonly (infer One)[] ? One | undefined
    : (F[Name] extends "text" ? string : number) | undefined;
};

/** A task: what its file says of it. */
export interface Task<F extends Flags> {
  /** What `--help` prints. */
  help: string;
  /** Its flags beside `--help`. @default {none} */
  flags?: F;
  /** Whether it takes words beside flags. @default {false} */
  words?: boolean;
  /** Whether paths start where the user stands, rather than in the clone, where `deno task` runs. @default {false} */
  here?: boolean;
  /** Do it; what it returns is the exit code, and what it throws is said in one line, with exit code 1. */
  run(given: Given<F>, words: string[]): void | number | Promise<void | number>;
}

/**
 * Run a task by this process's command line, and end. A word, a flag or a number that it does not take is refused with exit
 * code 2: a misspelt flag must not run the default in silence.
 */
export async function task<const F extends Flags = Record<never, never>>(
  { help, flags, words: takesWords = false, here = false, run }: Task<F>,
  args: readonly string[] = Deno.args,
): Promise<never> {
  const named = (kinds: Flag[]) => Object.keys(flags ?? {}).filter((name) => kinds.includes(flags![name]));
  const checked = Object.entries(flags ?? {}).filter(([, flag]) => typeof flag === "object");
  const parsed: Record<string, unknown> & { _: unknown } = parseArgs(args, {
    boolean: ["help", ...named(["switch"])],
    string: ["_", ...named(["text", "texts"]), ...checked.map(([name]) => name)],
    collect: named(["texts"]),
    alias: { help: "h" },
    unknown: (word, flag) => {
      if (flag !== undefined) {
        const meant = nearest(flag, ["help", ...Object.keys(flags ?? {})]);
        refuse(`it has no flag ${word}: ${meant === undefined ? "see --help" : `did you mean --${meant}?`}`);
      }
      if (!takesWords) refuse(`it takes no word ${word}: see --help`);
    },
  });
  if (parsed.help) {
    console.log(help);
    Deno.exit();
  }
  for (const [name, flag] of checked) {
    const value = parsed[name] as string | undefined;
    if (value === undefined) continue;
    if (Array.isArray(flag)) choose([value], flag, `--${name}`);
    else parsed[name] = numberOf(name, value, flag as NumberRange);
  }
  try {
    // Deno's word for where its task was called.
    const stands = Deno.env.get("INIT_CWD");
    if (here && stands) Deno.chdir(stands);
    Deno.exit(await run(parsed as Given<F>, parsed._ as string[]) ?? 0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}

/** Say why the task cannot run as it was called, and end. */
export function refuse(why: string): never {
  console.error(`Cannot run the task as ${why}`);
  Deno.exit(2);
}

/** The names that words choose, all where there is none; a wrong one is refused with the nearest that there is. */
export function choose<Name extends string>(
  words: readonly string[],
  known: readonly Name[],
  what = "NAME",
): Name[] {
  if (words.length === 0) return [...known];
  for (const word of words) {
    if ((known as readonly string[]).includes(word)) continue;
    const meant = nearest(word, known);
    refuse(
      `${what} must be one of ${known.join(", ")}: current value is ${word}${
        meant === undefined ? "" : `; did you mean ${meant}?`
      }`,
    );
  }
  return words as Name[];
}

function numberOf(name: string, value: string, range: NumberRange): number {
  const { min, max = Infinity, whole = true } = range;
  const number = Number(value);
  if (value.trim() !== "" && number >= min && number <= max && (!whole || Number.isSafeInteger(number))) {
    return number;
  }
  const what = `${whole ? "a whole number" : "a number"} ${
    max === Infinity ? `>= ${min}` : `in [${min}, ${max}]`
  }`;
  refuse(`--${name} must be ${what}: current value is ${value || "nothing"}`);
}
