// deno-lint-ignore-file no-console
/**
 * `deno task verify:transformers`: models written by this kit, loaded by Python's transformers: the same logits, parameters and
 * floating-point operations; the exit code is 1 where one differs.
 * @module
 */
import { parseArgs } from "@std/cli";
import { refuseUnknownFlag } from "./_flags.ts";

const HELP = `deno task verify:transformers [NAME ...]

  NAME   which parts to verify; default: all of PARTS

MIDTRAIN_PEER_PYTHON names a Python with torch and transformers; default python3`;

const NAMES = ["checkpoints", "smollm2", "scores", "context", "counts"];

if (import.meta.main) {
  const args = parseArgs(Deno.args, { boolean: ["help"], unknown: refuseUnknownFlag, alias: { help: "h" } });
  const names = args._.length > 0 ? args._.map(String) : NAMES;
  const unknown = names.find((name) => !NAMES.includes(name));
  if (args.help) console.log(HELP.replace("PARTS", NAMES.join(", ")));
  else if (unknown !== undefined) {
    console.error(`Cannot verify as NAME must be one of ${NAMES.join(", ")}: current value is ${unknown}`);
    Deno.exit(2);
  } else {
    const { verifyTransformers } = await import("./verify/transformers.ts");
    const { table } = await import("./verify/_row.ts");
    try {
      const rows = await verifyTransformers(names, (line) => console.error(line));
      const passed = rows.filter(({ pass }) => pass).length;
      console.log(table(rows));
      console.log(`\n${passed} of ${rows.length} hold, ${rows.length - passed} fail`);
      Deno.exit(passed === rows.length ? 0 : 1);
    } catch (error) {
      console.error((error as Error).message);
      Deno.exit(1);
    }
  }
}
