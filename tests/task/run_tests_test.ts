import assert from "node:assert/strict";
import { runTests, slowestOf, timesOf } from "../../lib/task/_run_tests.ts";

/** Run test files of these contents; what is printed, and the counts. */
async function runFiles(files: Record<string, string>, options: { slowest?: boolean } = {}) {
  const folder = await Deno.makeTempDir();
  for (const [name, content] of Object.entries(files)) {
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

Deno.test("files run beside each other, and what each prints comes whole", async () => {
  const begin = performance.now();
  const { said, line } = await runFiles({ "a_test.ts": pauses("first"), "b_test.ts": pauses("second") });
  assert.equal(line, "4 passed, 0 failed, 0 skipped");
  assert.match(said, /first 1 .*\nfirst 2 .*\n\nok \| 2 passed/);
  assert.match(said, /second 1 .*\nsecond 2 .*\n\nok \| 2 passed/);
  assert(performance.now() - begin < 60_000);
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

Deno.test("the slowest tests are listed with their files", async () => {
  const { said } = await runFiles({ "a_test.ts": pauses("a < b") }, { slowest: true });
  assert.match(said, /^ +s +file +test\n *\d\.\d .*a_test\.ts +a < b \d\n *\d\.\d .*\n$/m);
  const report = '<testcase name="a &lt; &quot;b&quot;" classname="./tests/a_test.ts" time="1.5" line="1">';
  assert.deepEqual(timesOf(report), [{ name: 'a < "b"', file: "tests/a_test.ts", seconds: 1.5 }]);
  const many = Array.from({ length: 30 }, (_, i) => ({ name: `${i}`, file: "f", seconds: i }));
  assert.equal(slowestOf(many).split("\n").length, 21);
});
