import { fileURLToPath } from "node:url";
import { said } from "../_said.ts";

const CHILD = fileURLToPath(new URL("./_child.ts", import.meta.url));

/** What a set-up in a process of its own said. */
export interface Outcome {
  success: boolean;
  stdout: string;
  stderr: string;
}

/** A command that runs one set-up; with `hang` it stops at the first report whose label starts so. */
export function command(
  what: string,
  argument: unknown,
  env: Record<string, string>,
  hang?: string,
): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", CHILD, what, JSON.stringify(argument), ...hang ? [hang] : []],
    env,
    stdout: "piped",
    stderr: "piped",
  });
}

/** Run one set-up to its end. */
export async function run(what: string, argument: unknown, env: Record<string, string>): Promise<Outcome> {
  const { success, stdout, stderr } = await command(what, argument, env).output();
  return {
    success,
    stdout: said(stdout).trim(),
    stderr: said(stderr).trim(),
  };
}
