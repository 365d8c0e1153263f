// deno-lint-ignore-file no-console
/**
 * `deno task ok`: the whole gate, as CI runs it: format, lint, types, documentation, notebooks as they stand, tests,
 * notebooks at their small setting. It closes with `N passed, N failed, N skipped`, each check counted as a test.
 * @module
 */
import { parseArgs } from "@std/cli";
import { refuseUnknownFlag } from "./_flags.ts";
import { checkNotebook, execute } from "../notebook/mod.ts";
import { type Counts, runTests, summary } from "./_tests.ts";

const HELP = `deno task ok [--no-tests] [--no-notebooks]

  --no-tests      leave out the tests (CI has run them as \`deno task test\`)
  --no-notebooks  leave out running the notebooks`;

const ROOT = new URL("../../", import.meta.url).pathname;

/** One check that is a command. */
async function command(name: string, args: string[]): Promise<Counts> {
  console.log(`== ${name}`);
  const { code } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT, env: { NO_COLOR: "1" } })
    .spawn().status;
  return verdict(name, code === 0);
}

function verdict(name: string, passed: boolean): Counts {
  console.log(`${passed ? "ok" : "FAILED"}: ${name}`);
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

/** The notebooks, in the order of their names. */
function notebooks(): string[] {
  return [...Deno.readDirSync(`${ROOT}notebooks`)].map((entry) => `${ROOT}notebooks/${entry.name}`)
    .filter((path) => path.endsWith(".ipynb")).sort();
}

async function notebook(path: string, run: boolean): Promise<Counts> {
  const name = `${run ? "run" : "check"} ${path.slice(ROOT.length)}`;
  console.log(`== ${name}`);
  try {
    if (!run) {
      const problems = await checkNotebook(path, { maxLines: 40 });
      for (const { cell, line, message } of problems) console.error(`cell ${cell}, line ${line}: ${message}`);
      return verdict(name, problems.length === 0);
    }
    // A notebook with a small setting declares `small` among its parameters.
    const declaresSmall = /const small\b/.test(await Deno.readTextFile(path));
    await execute(path, { parameters: declaresSmall ? { small: true } : {}, timeoutSeconds: 600 });
    return verdict(name, true);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return verdict(name, false);
  }
}

if (import.meta.main) {
  const args = parseArgs(Deno.args, {
    boolean: ["help", "no-tests", "no-notebooks"],
    unknown: refuseUnknownFlag,
    alias: { help: "h" },
  });
  if (args.help) {
    console.log(HELP);
    Deno.exit(0);
  }
  const rooms = [...Deno.readDirSync(`${ROOT}lib`)].filter((entry) =>
    entry.isDirectory && !["task"].includes(entry.name)
  )
    .map((entry) => `lib/${entry.name}/mod.ts`).sort();
  const parts: Counts[] = [
    await command("format", ["fmt", "--check"]),
    await command("lint", ["lint"]),
    await command("types", ["check", "lib", "tests"]),
    await command("documentation", ["doc", "--lint", ...rooms]),
  ];
  for (const path of notebooks()) parts.push(await notebook(path, false));
  if (!args["no-tests"]) {
    parts.push(await runTests(["tests"]));
    parts.push(await runTests(["--doc", "lib"]));
  }
  if (!args["no-notebooks"]) { for (const path of notebooks()) parts.push(await notebook(path, true)); }
  const total = summary(parts);
  console.log(total.line);
  Deno.exit(total.failed > 0 ? 1 : 0);
}
