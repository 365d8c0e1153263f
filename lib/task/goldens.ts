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

const TESTS = ["figure", "readme_test.ts"].map((name) =>
  fileURLToPath(new URL(`../../tests/${name}`, import.meta.url))
);

if (import.meta.main) {
  await task({
    help: HELP,
    words: true,
    run: async (_, paths) => {
      const { code } = await new Deno.Command(Deno.execPath(), {
        args: ["test", "-A", ...paths.length > 0 ? paths : TESTS],
        env: { MIDTRAIN_GOLDENS: "write" },
      }).spawn().status;
      return code;
    },
  });
}
