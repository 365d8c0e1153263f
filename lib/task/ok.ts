// deno-lint-ignore-file no-console
/**
 * `deno task ok`: the whole gate, as CI runs it: format, lint, types, documentation, notebooks as they stand, tests,
 * notebooks at their small setting. A notebook whose data are not on the machine is skipped, with the reason. It closes
 * with the notebooks' seconds and `N passed, N failed, N skipped`, each check counted as a test.
 * @module
 */
import { fileURLToPath } from "node:url";
import { task } from "./_task.ts";
import { checkOne, runOne } from "./_notebooks.ts";
import { runTests } from "./_run_tests.ts";
import { type Counts, summary } from "./_tests.ts";

const HELP = `deno task ok [--no-tests] [--no-notebooks]

  --no-tests      leave out the tests (CI has run them as \`deno task test\`)
  --no-notebooks  leave out running the notebooks`;

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

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

/** The notebooks, those that `deno task new` hands out too, in the order of their names. */
function notebooks(): string[] {
  return ["notebooks", "lib/task/jobs"].flatMap((folder) =>
    [...Deno.readDirSync(ROOT + folder)].map(({ name }) => `${ROOT}${folder}/${name}`)
      .filter((path) => path.endsWith(".ipynb")).sort()
  );
}

async function check(path: string): Promise<Counts> {
  const name = `check ${path.slice(ROOT.length)}`;
  console.log(`== ${name}`);
  try {
    const problems = await checkOne(path);
    for (const { cell, line, message } of problems) console.error(`cell ${cell}, line ${line}: ${message}`);
    return verdict(name, problems.length === 0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return verdict(name, false);
  }
}

/** Every notebook at its small setting, and how long each took. */
async function runNotebooks(): Promise<Counts[]> {
  const lines: string[] = [];
  const parts: Counts[] = [];
  for (const path of notebooks()) {
    const name = path.slice(ROOT.length);
    console.log(`== run ${name}`);
    const { status, seconds, reason } = await runOne(path);
    const line = `${status}: ${name}, ${seconds.toFixed(1)} s${reason ? `: ${reason}` : ""}`;
    console.log(line);
    lines.push(line);
    parts.push({ passed: 0, failed: 0, skipped: 0, [status]: 1 });
  }
  console.log(["== notebooks", ...lines].join("\n"));
  return parts;
}

if (import.meta.main) {
  await task({ help: HELP, flags: { "no-tests": "switch", "no-notebooks": "switch" }, run: gate });
}

async function gate(without: { "no-tests": boolean; "no-notebooks": boolean }): Promise<number> {
  const rooms = (await Array.fromAsync(Deno.readDir(`${ROOT}lib`))).filter((entry) =>
    entry.isDirectory && !["task"].includes(entry.name)
  )
    .map((entry) => `lib/${entry.name}/mod.ts`).sort();
  const parts: Counts[] = [
    await command("format", ["fmt", "--check"]),
    await command("lint", ["lint"]),
    await command("types", ["check", "lib", "tests"]),
    await command("documentation", ["doc", "--lint", ...rooms]),
    await command("package", ["publish", "--dry-run", "--allow-dirty", "--quiet"]),
  ];
  for (const path of notebooks()) parts.push(await check(path));
  if (!without["no-tests"]) {
    parts.push(await runTests(["tests"], { examples: "lib" }));
  }
  if (!without["no-notebooks"]) parts.push(...await runNotebooks());
  const total = summary(parts);
  console.log(total.line);
  return total.failed > 0 ? 1 : 0;
}
