/** A program of this machine. */
export interface Tool {
  /** The words that start it, for example `python3 -m pip`. */
  command: readonly [string, ...string[]];
  /** What it says of its version. */
  version: string;
}

/**
 * The first pip that answers, under its usual names; undefined if there is none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { findPip } from "midtrain/native";
 *
 * const pip = await findPip();
 * assert(pip === undefined || /^\d+\./.test(pip.version));
 * ```
 */
export async function findPip(): Promise<Tool | undefined> {
  const commands = [["python3", "-m", "pip"], ["python", "-m", "pip"], ["pip3"], ["pip"]] as const;
  return await firstOf(commands, /^pip (\S+)/);
}

/**
 * The C++ compiler: `CXX`, else the first of the usual names that answers; undefined if there is none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { findCompiler } from "midtrain/native";
 *
 * const compiler = await findCompiler();
 * assert(compiler === undefined || compiler.command.length === 1);
 * ```
 */
export async function findCompiler(): Promise<Tool | undefined> {
  const own = Deno.env.get("CXX");
  return await firstOf(own ? [[own]] : [["g++"], ["clang++"], ["c++"]], /^(.*)/);
}

async function firstOf(commands: readonly Tool["command"][], version: RegExp): Promise<Tool | undefined> {
  for (const command of commands) {
    const [program, ...args] = command;
    try {
      const output = await new Deno.Command(program, { args: [...args, "--version"], stderr: "null" })
        .output();
      const found = new TextDecoder().decode(output.stdout).match(version)?.[1];
      if (output.success && found !== undefined) return { command, version: found.trim() };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
