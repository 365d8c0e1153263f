import assert from "node:assert/strict";
import { agentBenchOs, checkBenchmark, evaluate, type EvaluatedModel } from "../../lib/evaluate/mod.ts";
import { runShell } from "../../lib/evaluate/_shell.ts";
import { readAgentBenchSystems } from "../../lib/sets/mod.ts";

const bare = { prepare: null, background: null };
const refused = await runShell("Cannot run", bare, ["true"]).then(
  () => undefined,
  ({ message }: Error) => message,
);
const ignore = refused !== undefined;
const NEEDS = "(needs bubblewrap)";

const check = (name: string) => [null, { language: "python", file: `check/${name}.py` }];
const tasks = [
  {
    description: "How many hidden files are in /home?",
    labels: ["files"],
    create: { local: "default", init: { code: "touch /home/.a /home/.b /home/c" } },
    evaluation: { check: check("integer-match"), example: { code: "ls -A /home | grep -c '^\\.'" } },
  },
  {
    description: "How large is /home/big?",
    labels: ["files"],
    create: { init: "head -c 8192 /dev/zero > /home/big" },
    evaluation: { check: check("size-match"), example: "du -h --apparent-size /home/big | cut -f 1" },
  },
  {
    description: "A program writes into /home. Which file?",
    labels: ["processes"],
    start: "while true; do echo x >> /home/found; sleep 0.01; done &",
    evaluation: { match: "found" },
  },
  {
    description: "Make calc.",
    labels: [],
    evaluation: { check: { file: "check/0.sh" }, example: { file: "0.sh" } },
  },
  {
    description: "How many users?",
    labels: ["users"],
    create: { init: { code: "useradd -m anna" } },
    evaluation: { check: check("integer-match"), example: "getent passwd | wc -l" },
  },
  {
    description: "How often did Bob sell?",
    labels: ["text"],
    create: { init: { file: "init/stock-log.sh" } },
    evaluation: { check: check("integer-match"), example: "wc -l < /stock.log" },
  },
];
const file = `${await Deno.makeTempDir()}/own.json`;
await Deno.writeTextFile(file, JSON.stringify(tasks));
const benchmark = agentBenchOs(file);

const bash = (code: string) => `Act: bash\n\`\`\`bash\n${code}\n\`\`\`\n`;

Deno.test("tasks tell how answers are compared, and what no sandbox stands for", async () => {
  const read = await Array.fromAsync(readAgentBenchSystems(file));
  assert.deepEqual(read.map(({ compares, wants }) => [compares, wants]), [
    ["number", null],
    ["size", null],
    ["text", null],
    [null, "the publisher's scripts that judge it"],
    ["number", "users of its own"],
    ["number", "the publisher's script init/stock-log.sh"],
  ]);
  await Deno.writeTextFile(`${file}.txt`, "{}");
  await assert.rejects(
    Array.fromAsync(readAgentBenchSystems(`${file}.txt`)),
    /must be a list of objects with/,
  );
});

Deno.test({
  name:
    `right answers are what the publisher's command prints, and have full marks; silence has none ${NEEDS}`,
  ignore,
  async fn() {
    const items = await Array.fromAsync(benchmark.items());
    assert.deepEqual(items.map(({ expected }) => expected), ["2", "8.0K", "found"]);
    const [{ gold, silent, blind }] = await checkBenchmark(benchmark);
    assert.deepEqual([gold, silent, blind], [1, 0, 0]);
    const { grade } = benchmark.rules!.agentbench;
    const scores = ["2", " 2 ", "+2", "3", "2.5", "two", "8.0K"].map((answer) =>
      grade(items[0], `Act: answer(${answer})`)
    );
    const sizes = ["8.0K", "8K", "8192", "8 KB", "8.1K", "x"].map((answer) =>
      grade(items[1], `Act: answer(${answer})`)
    );
    const marks = async (grades: typeof scores) => (await Promise.all(grades)).map(({ score }) => score);
    assert.deepEqual(await marks(scores), [1, 1, 1, 0, 0, 0, 0]);
    assert.deepEqual(await marks(sizes), [1, 1, 1, 1, 0, 0]);
  },
});

Deno.test({
  name:
    `an agent sees what its commands print, in the state that those before left, and is judged by its answer ${NEEDS}`,
  ignore,
  async fn() {
    const turns = new Map<string, string[]>([
      [tasks[0].description, [bash("cd /home; n=$(ls -A | grep -c '^\\.')"), bash('echo "$PWD $n"'), ""]],
      [tasks[1].description, [bash("false; ls /nowhere"), "Act: answer(9K)"]],
      [tasks[2].description, [bash("sleep 0.2; ls /home"), "Act: answer(found)"]],
    ]);
    const seen: string[] = [];
    const model: EvaluatedModel = {
      complete({ prompt }) {
        const own = turns.get([...turns.keys()].find((question) => prompt.includes(question))!)!;
        const outputs = [...prompt.matchAll(/\nOutput:\n(.*)\n/g)].map(([, output]) => output);
        if (outputs.length > 0) seen.push(outputs.at(-1)!);
        const text = own.shift() || `Act: answer(${outputs.at(-1)!.split(" ").at(-1)})`;
        const usage = { promptTokens: 1, completionTokens: 1 };
        return Promise.resolve({ text, finishReason: "stop" as const, usage, cached: false });
      },
    };
    const { items } = await evaluate(model, benchmark, { workers: 1 });
    assert.deepEqual(items.map(({ scores }) => scores.agentbench), [1, 0, 1]);
    assert.deepEqual(seen, [
      "",
      "/home 2",
      "ls: cannot access '/nowhere': No such file or directory",
      "found",
    ]);
  },
});

Deno.test({
  name: `commands reach no file, network, process or right of this machine, and end ${NEEDS}`,
  ignore,
  async fn() {
    const secret = await Deno.makeTempFile();
    const said = async (command: string) =>
      (await runShell("Cannot run", bare, [command])).output.trim().split("\n").at(-1)!;
    assert.equal(await said(`ls ${secret} 2> /dev/null | wc -l`), "0");
    assert.equal(await said("cat /proc/net/route | tail -n +2 | wc -l"), "0");
    assert.equal(
      await said("(exec 3<> /dev/tcp/127.0.0.1/22) 2> /dev/null && echo open || echo closed"),
      "closed",
    );
    assert.equal(
      await said("touch /usr/x /dev/x /proc/x 2> /dev/null; ls /usr/x /dev/x /proc/x 2> /dev/null | wc -l"),
      "0",
    );
    assert.equal(await said("ls -d /proc/[0-9]* | wc -l").then((count) => Number(count) < 10), true);
    assert.equal(await said("mount -t tmpfs x /tmp 2> /dev/null && echo mounted || echo refused"), "refused");
    assert.equal(
      await said("head -c 20000000 /dev/zero > /tmp/a; stat -c %s /tmp/a"),
      `${8 * 2 ** 20}`,
    );
    const disk =
      "for n in $(seq 9); do head -c 8000000 /dev/zero > /tmp/$n; done 2> /dev/null; du -sm /tmp | cut -f 1";
    assert(Number(await said(disk)) <= 64);
    const forks = "for n in $(seq 90); do sleep 0.5 & done 2> /dev/null; jobs -r | wc -l";
    assert(Number(await said(forks)) < 64);
    const flood = await runShell("Cannot run", bare, ["yes"]);
    assert.deepEqual([flood.ended, flood.output.length], [false, 65536]);
    assert.equal((await runShell("Cannot run", { ...bare, prepare: "false" }, ["true"])).ended, false);
    const awkless = [{
      ...tasks[0],
      evaluation: { check: check("integer-match"), example: "no-such-command" },
    }];
    await Deno.writeTextFile(`${file}.2`, JSON.stringify(awkless));
    await assert.rejects(
      checkBenchmark(agentBenchOs(`${file}.2`)),
      /the publisher's command for agentbench-os\/own.json.2\/0 must print a number: it prints "bash: .*not found/,
    );
  },
});

Deno.test({
  name: "without bubblewrap the tasks are refused before any model is asked",
  ignore: !ignore,
  async fn() {
    await assert.rejects(evaluate({}, benchmark), / by engine bwrap as /);
  },
});
