import { sha256 } from "../../base/mod.ts";
import { PythonGroup } from "../python_group.ts";
import { guard } from "./_guard.ts";

/** What a Python program has to do. */
export interface PythonTask {
  /** Python code that raises where the program is wrong. */
  tests: string;
  /** The functions whose results the tests look at. */
  names: readonly string[];
  /** A program that passes: where an answer runs out of time, this one tells how much there should be. */
  reference: string;
  /** Runs it after other programs that it may share a process with. @default {in a process of its own} */
  group?: PythonGroup | undefined;
}

/** Enough for all but a handful of the references, the start of half a second included. */
const SECONDS = 6;
/** How many times the reference's time an answer may take, as evalplus has it. */
const TIMES = 4;
/** No reference takes longer, in seconds. */
const LONGEST = 120;

/** Verdicts of this process: a program that two rules or two samples come to runs once. */
const known = new Map<string, Promise<boolean>>();
const needed = new Map<string, Promise<number>>();

/**
 * Whether a program passes its tests. Its time is that of the reference on the same engine, where that
 * is long: a fixed limit fails right answers of slow tasks.
 *
 * @param least Processor time where the reference does not need more, in seconds.
 */
export function passes(program: string, task: PythonTask, least: number = SECONDS): Promise<boolean> {
  return once(known, [program, task.tests, engineOf(task)], () => passesAnew(program, task, least));
}

function engineOf({ group }: PythonTask): string {
  return group?.engine ?? "pyodide";
}

async function passesAnew(
  program: string,
  { tests, names, reference, group }: PythonTask,
  least: number,
): Promise<boolean> {
  await using own = group ? undefined : new PythonGroup();
  const programs = group ?? own!;
  const guarded = guard(names) + tests;
  const run = (program: string, timeoutSeconds: number) =>
    programs.run({ code: program, tests: guarded }, timeoutSeconds);
  const { status } = await run(program, least);
  if (status !== "timeout") return status === "ok";
  const seconds = await once(needed, [reference, tests, programs.engine], async () => {
    const began = performance.now();
    await run(reference, LONGEST);
    return (performance.now() - began) / 1000;
  });
  const limit = Math.min(LONGEST, Math.ceil(TIMES * seconds));
  return limit > least && (await run(program, limit)).status === "ok";
}

function once<T>(kept: Map<string, Promise<T>>, of: readonly string[], work: () => Promise<T>): Promise<T> {
  const key = sha256(JSON.stringify(of));
  const found = kept.get(key) ?? work();
  kept.set(key, found);
  return found;
}

/** A grade of a program that passes or does not. */
export function graded(
  passed: boolean,
  extracted: string | null,
): { score: number; extracted: string | null } {
  return { score: Number(passed), extracted };
}
