// deno-lint-ignore-file no-console
/**
 * `deno task test [PATH ...]`: every test, offline once set up, closed by one honest line `N passed, N failed, N skipped`.
 * It sets up what is missing first, then runs the tests of `tests/` and the examples in the documentation of `lib/`.
 * @module
 */
import { fileURLToPath } from "node:url";
import { task } from "./_task.ts";
import { runTests } from "./_run_tests.ts";

const HELP = `deno task test [--no-setup] [--no-examples] [--slowest] [PATH ...]

  PATH           test files or folders; default: tests, and the examples in lib
  --no-setup     do not install missing artefacts first; tests that need them are skipped
  --no-examples  leave out the examples of the documentation
  --slowest      list the twenty slowest tests before the last line`;

if (import.meta.main) {
  await task({
    help: HELP,
    flags: { "no-setup": "switch", "no-examples": "switch", slowest: "switch" },
    words: true,
    run: async ({ slowest, ...without }, paths) => {
      if (!without["no-setup"]) await setUp();
      const examples = paths.length === 0 && !without["no-examples"] ? "lib" : undefined;
      const total = await runTests(paths.length > 0 ? paths : ["tests"], { examples, slowest });
      console.log(total.line);
      return total.failed > 0 || total.passed === 0 ? 1 : 0;
    },
  });
}

/** Set-up in a child, so that a missing tool is said and the tests that need no artefact still run. */
async function setUp(): Promise<void> {
  const setup = fileURLToPath(new URL("./setup.ts", import.meta.url));
  const { code } = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", setup] }).spawn().status;
  if (code !== 0) console.error("Set-up did not finish: tests that need what is missing are skipped");
}
