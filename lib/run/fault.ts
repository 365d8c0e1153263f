import { must } from "../base/mod.ts";

/** Whose fault an error is, and so what becomes of its shard. */
export type Fault =
  /** The input is at fault: the shard is put aside, and is not tried again by itself. */
  | "input"
  /** The machine is at fault: the shard is tried again, three times in all. */
  | "machine"
  /** The program is at fault: the shard is not tried again, and the third shard with the same error stops the stage. */
  | "program";

/** Codes of what a disk, a network or a process without memory says. */
const MACHINE = new Set(
  [
    "ENOSPC",
    "EDQUOT",
    "EIO",
    "ESTALE",
    "EROFS",
    "EMFILE",
    "ENFILE",
    "ENOMEM",
    "EACCES",
    "EPERM",
    "ETIMEDOUT",
    "ECONNRESET",
    "ECONNREFUSED",
    "EPIPE",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "EAI_AGAIN",
  ],
);

/** Deno's own classes of the same. */
const MACHINE_CLASSES = [
  Deno.errors.PermissionDenied,
  Deno.errors.NotFound,
  Deno.errors.ConnectionRefused,
  Deno.errors.ConnectionReset,
  Deno.errors.ConnectionAborted,
  Deno.errors.TimedOut,
  Deno.errors.BrokenPipe,
  Deno.errors.Busy,
];

/**
 * Whose fault an error is, by its class: text and archives that cannot be read (`SyntaxError`, `Deno.errors.InvalidData`, what
 * zlib says of damaged bytes) are the input's; full disks, lost files and connections the machine's; anything else the
 * program's. An error that others wrapped is judged by its cause.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { faultOf } from "midtrain/run";
 *
 * assert.equal(faultOf(new SyntaxError("line 3 is not JSON")), "input");
 * assert.equal(faultOf(Object.assign(new Error("No space left on device"), { code: "ENOSPC" })), "machine");
 * assert.equal(faultOf(new TypeError("x is undefined")), "program");
 * ```
 */
export function faultOf(error: unknown): Fault {
  must("Cannot tell whose fault an error is", "error must be what was thrown", error, error != null);
  let at = error;
  for (let depth = 0; at instanceof Error && depth < 5; depth++) {
    const code = String((at as { code?: unknown }).code ?? "");
    if (at instanceof SyntaxError || at instanceof Deno.errors.InvalidData || code.startsWith("Z_")) {
      return "input";
    }
    if (MACHINE.has(code) || MACHINE_CLASSES.some((kind) => at instanceof kind)) return "machine";
    at = at.cause;
  }
  return "program";
}
