import assert from "node:assert/strict";
import { dirname } from "node:path";
import { examplesOf, writeExamples } from "../../lib/task/_examples.ts";
import { runTests, slowestOf, timesOf } from "../../lib/task/_run_tests.ts";

/** Run test files of these contents; what is printed, and the counts. */
async function runFiles(files: Record<string, string>, options: { slowest?: boolean } = {}) {
  const folder = await Deno.makeTempDir();
  for (const [name, content] of Object.entries(files)) {
    await Deno.mkdir(dirname(`${folder}/${name}`), { recursive: true });
    await Deno.writeTextFile(`${folder}/${name}`, content);
  }
  let said = "";
  const onOutput = (text: string) => said += text;
  const { line } = await runTests([folder], { workers: 2, onOutput, ...options });
  return { said, line };
}

const pauses = (name: string) => `
for (const n of [1, 2]) Deno.test("${name} " + n, () => new Promise((done) => setTimeout(done, 300)));
`;

Deno.test("folders run beside each other, the files of one in one process, and what each prints comes whole", async () => {
  const files = { "a/1_test.ts": pauses("first"), "b/2_test.ts": pauses("second") };
  const shared = "globalThis.loaded ??= []; globalThis.loaded.push(1);";
  const sees = `${shared} Deno.test("sees " + globalThis.loaded.length, () => { });`;
  const { said, line } = await runFiles({ ...files, "b/3_test.js": sees, "b/4_test.js": sees });
  assert.equal(line, "6 passed, 0 failed, 0 skipped");
  assert.match(said, /first 1 .*\nfirst 2 .*\n\nok \| 2 passed/);
  assert.match(said, /second 1 .*\nsecond 2 .*\nsees 1 .*\nsees 2 .*\n\nok \| 4 passed/);
});

Deno.test("a file that fails, does not load, or is killed counts as failed, and the others run", async () => {
  const { said, line } = await runFiles({
    "fails_test.ts":
      'Deno.test("fails", () => { throw new Error("as it must"); });\nDeno.test("passes", () => {});',
    "killed_test.ts": 'Deno.test("killed", () => Deno.kill(Deno.pid, "SIGKILL"));',
    "missing_test.ts": 'await import("./" + "nothing.ts");',
    "skipped_test.ts": 'Deno.test("skipped", { ignore: true }, () => {});',
    "no_test_of_ours.ts": 'throw new Error("it ran");',
  });
  assert.equal(line, "1 passed, 3 failed, 1 skipped");
  assert.match(said, /as it must/);
  assert.doesNotMatch(said, /it ran/);
});

Deno.test("what does not type-check counts as failed, and runs all the same", async () => {
  const content = 'const n: number = "text";\nDeno.test("runs", () => void n);';
  const { said, line } = await runFiles({ "typed_test.ts": content });
  assert.equal(line, "1 passed, 1 failed, 0 skipped");
  assert.match(said, /TS2322/);
});

Deno.test("a path that is not there counts as failed", async () => {
  const { failed } = await runTests(["/nowhere/a_test.ts"], { onOutput: () => {} });
  assert(failed > 0);
});

Deno.test("the examples of each folder and file of the documentation run, and are checked", async () => {
  const folder = await Deno.makeTempDir();
  const example = (code: string) => `/**\n * \`\`\`ts\n * ${code}\n * \`\`\`\n */\nexport const one = 1;\n`;
  await Deno.mkdir(`${folder}/lib/room/inner`, { recursive: true });
  await Deno.mkdir(`${folder}/lib/none`);
  await Deno.writeTextFile(`${folder}/lib/mod.ts`, example('if (1 + 1 !== 2) throw new Error("never");'));
  await Deno.writeTextFile(`${folder}/lib/room/a.ts`, example('throw new Error("as it must");'));
  await Deno.writeTextFile(`${folder}/lib/room/inner/b.ts`, example("const n: number = 1;"));
  await Deno.writeTextFile(`${folder}/lib/room/data.json`, "{}");
  await Deno.writeTextFile(`${folder}/a_test.ts`, 'Deno.test("passes", () => {});');
  let said = "";
  const onOutput = (text: string) => said += text;
  const { line } = await runTests([`${folder}/a_test.ts`], {
    examples: `${folder}/lib`,
    workers: 2,
    onOutput,
  });
  assert.equal(line, "3 passed, 1 failed, 0 skipped", said);
  assert.match(said, /room\/a\.ts#2-4 \.\.\. FAILED/);
});

Deno.test("the slowest tests are listed with their files", async () => {
  const { said } = await runFiles({ "a_test.ts": pauses("a < b") }, { slowest: true });
  assert.match(said, /^ +s +file +test\n *\d\.\d .*a_test\.ts +a < b \d\n *\d\.\d .*\n$/m);
  const report = '<testcase name="a &lt; &quot;b&quot;" classname="./tests/a_test.ts" time="1.5" line="1">';
  assert.deepEqual(timesOf(report), [{ name: 'a < "b"', file: "tests/a_test.ts", seconds: 1.5 }]);
  const many = Array.from({ length: 30 }, (_, i) => ({ name: `${i}`, file: "f", seconds: i }));
  assert.equal(slowestOf(many).split("\n").length, 21);
});

Deno.test("the examples of documentation are tests: their code behind their imports, those to ignore left out", async () => {
  const fence = "```";
  const source = [
    "/**",
    " * @example",
    ` * ${fence}ts`,
    ' * import { two } from "./two.ts";',
    " *",
    " * if (two !== 2) throw new Error();",
    ` * ${fence}`,
    " * @example Not run",
    ` * ${fence}ts ignore`,
    " * throw new Error();",
    ` * ${fence}`,
    " */",
    "export const one = 1;",
  ].join("\n");
  const [{ name, code }, ...others] = examplesOf(source, "/lib/one.ts");
  assert.deepEqual([name, others], ["/lib/one.ts#3-7", []]);
  assert.equal(
    code,
    `import { two } from "file:///lib/two.ts";\nDeno.test("/lib/one.ts#3-7", async () => {\n\nif (two !== 2) throw new Error();\n});\n`,
  );
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(
    `${folder}/page.md`,
    `Text\n${fence}ts\nthrow new Error("as it must");\n${fence}\n`,
  );
  await Deno.writeTextFile(`${folder}/one.ts`, source);
  const made = await writeExamples([`${folder}/one.ts`, `${folder}/page.md`], folder);
  assert.equal(made.length, 2);
  assert.match(await Deno.readTextFile(made[1]), /page\.md#2-4", async \(\) => \{\nthrow new Error/);
});
