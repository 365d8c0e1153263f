import { fileURLToPath } from "node:url";
import { configOf } from "./_code.ts";

/** The words by which a worker of a stage's kind is started, before what it is to do. */
export function workerCommand(
  module: string,
  { deno, address }: { deno: string; address: string },
): string[] {
  const worker = fileURLToPath(new URL("./_plan_worker.ts", import.meta.url));
  return [deno, "run", "-A", "--cached-only", "--no-check", ...configOf(module), worker, address];
}
