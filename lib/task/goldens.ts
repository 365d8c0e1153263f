/**
 * `deno task goldens`: writes the figures' goldens and the README's tables anew, after they were looked at.
 * @module
 */
import { fileURLToPath } from "node:url";
import { task } from "./_task.ts";

const HELP = `deno task goldens [PATH ...]

  PATH   tests that write; default tests/figure and tests/readme_test.ts

Writes tests/figure/golden from what the figures draw now, and the README's tables from what the code says of itself:
look at each NAME-changed.svg first.`;

if (import.meta.main) {
  await task({
    help: HELP,
    words: true,
    run: async (_, paths) => {
      const tests = paths.length > 0
        ? paths
        : [fileURLToPath(new URL("../../tests/figure", import.meta.url))];
      const { code } = await new Deno.Command(Deno.execPath(), {
        args: ["test", "-A", ...paths.length > 0 ? paths : tests],
        env: { MIDTRAIN_GOLDENS: "write" },
      }).spawn().status;
      return code;
    },
  });
}
