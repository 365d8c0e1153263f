import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { said } from "../_said.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { tasks } = JSON.parse(await Deno.readTextFile(`${root}deno.json`)) as {
  tasks: Record<string, { command: string }>;
};

async function run(script: string, ...args: string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", root + script, ...args],
  });
  const { code, stdout, stderr } = await child.output();
  return { code, stdout: said(stdout), stderr: said(stderr) };
}

/** One line, and nothing done. */
function assertRefused({ code, stdout, stderr }: Awaited<ReturnType<typeof run>>, line: RegExp): void {
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(stderr, /^[^\n]+\n$/);
  assert.match(stderr, line);
}

Deno.test("a task is a file and its lines in deno.json", async () => {
  const files = (await Array.fromAsync(Deno.readDir(`${root}lib/task`))).map(({ name }) => name)
    .filter((name) => /^[a-z].*\.ts$/.test(name)).map((name) => name.replace(".ts", ""));
  for (const name of files) {
    assert.equal(tasks[name]?.command, `deno run -A lib/task/${name}.ts`, `${name} in deno.json`);
  }
  assert.deepEqual(Object.keys(tasks).toSorted(), files.toSorted());
});

for (const [name, { command }] of Object.entries(tasks)) {
  const script = /lib\/task\/\w+\.ts$/.exec(command)?.[0];
  if (!script) continue;
  Deno.test(`${name} shows its help, and refuses a flag that it does not have`, async () => {
    const help = await run(script, "--help");
    assert.deepEqual([help.code, help.stderr], [0, ""]);
    assert.match(help.stdout, new RegExp(`deno task ${name}`));
    assertRefused(await run(script, "--nonsense"), /--nonsense/);
  });
}

const wrong: [string, string[], RegExp][] = [
  ["serve", ["--port", "abc"], /--port must be a whole number in \[0, 65535\]: current value is abc$/m],
  ["serve", ["--port=-1"], /--port must be .*: current value is -1$/m],
  [
    "serve",
    ["--context", "9000"],
    /--context must be a whole number in \[8, 8192\]: current value is 9000$/m,
  ],
  ["serve", ["--threads", "0"], /--threads must be a whole number >= 1: current value is 0$/m],
  ["lab", ["deno.json"], /DIR must be a folder: current value is .*deno\.json$/m],
  ["new", [], /one folder must be given: there are 0/],
  ["run", [], /one path must be given: there are 0/],
  [
    "run",
    ["a.ipynb", "--timeout", "soon"],
    /--timeout must be a number >= 0.001: current value is soon$/m,
  ],
  ["setup", ["--only", "torch"], /--only must be one of .*: current value is torch$/m],
  ["bench", ["nothing"], /NAME must be one of .*: current value is nothing$/m],
  ["bench", ["--seconds", "abc"], /--seconds must be > 0: current value is abc$/m],
];

for (const [script, args, line] of wrong) {
  Deno.test(`${[script, ...args].join(" ")} names what is wrong`, async () => {
    assertRefused(await run(`lib/task/${script}.ts`, ...args), line);
  });
}
