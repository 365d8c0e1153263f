import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { benchmarks, checkBenchmark, evaluate, type EvaluatedModel } from "../../lib/evaluate/mod.ts";
import { runSql } from "../../lib/evaluate/_sql.ts";
import { agentBenchDatabases, type DatabaseTask, toolBench } from "../../lib/sets/mod.ts";

const sets = await Promise.all(
  [agentBenchDatabases, toolBench].map((set) => set.available()),
);
const ignore = !sets.every(Boolean);

const table = {
  name: "Rowing Results",
  columns: [{ name: "Name", type: "TEXT" }, { name: "Points", type: "INT" }, { name: "1st", type: "TEXT" }],
  rows: [["Anna", "12", "yes"], ["Berta", "7", "no"], ["Clara", "9", "no"]],
};

const database = benchmarks["agentbench-db"];
const judge = async (task: DatabaseTask, text: string) =>
  (await database.rules!.agentbench.grade(task, text)).score;

const operation = (sql: string) => `Action: Operation\n\`\`\`sql\n${sql}\n\`\`\`\n`;
const answer = (...values: string[]) => `Action: Answer\nFinal Answer: ${JSON.stringify(values)}`;

function task(kind: string, ...label: string[]): DatabaseTask {
  return { id: "a", split: "dev", question: "?", about: "", kind, table, label, md5: null };
}

Deno.test("statements run in SQLite on the table, as MySQL would have them", async () => {
  const { results, state } = await runSql(table, [
    'SELECT `Points` FROM `Rowing Results` WHERE Name = "anna"',
    "SELECT COUNT(*) FROM `Rowing Results` WHERE 1st = 'no'",
    "UPDATE `Rowing Results` SET Points = 10; DROP TABLE `Rowing Results`",
    "SELECT ';' AS a",
    "UPDATE `Rowing Results` SET Points = 8 WHERE Name = 'Berta'",
    "SELECT 1 FROM nowhere",
  ]);
  assert.deepEqual(results, [
    { rows: [[12]] },
    { rows: [[2]] },
    { error: "one statement at a time" },
    { rows: [[";"]] },
    { rows: [] },
    { error: "no such table: nowhere" },
  ]);
  assert.deepEqual(state, [["Anna", 12, "yes"], ["Berta", 8, "no"], ["Clara", 9, "no"]]);
});

Deno.test("statements open no file, load nothing, set nothing, and end", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const { results } = await runSql(table, [
      `ATTACH '${folder}/a.db' AS a`,
      `VACUUM INTO '${folder}/b.db'`,
      "PRAGMA journal_mode",
      "SELECT load_extension('x')",
      "CREATE VIRTUAL TABLE t USING fts5(x)",
      "SELECT readfile('/etc/passwd')",
      "SELECT a.Name FROM `Rowing Results` a, `Rowing Results` b, `Rowing Results` c, `Rowing Results` d, `Rowing Results` e, `Rowing Results` f, `Rowing Results` g",
    ]);
    assert(results.every((result) => "error" in result), JSON.stringify(results));
    assert.deepEqual(results.at(-1), { error: "more than 1000 rows" });
    assert.deepEqual(await Array.fromAsync(Deno.readDir(folder)), []);
    const endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT COUNT(*) FROM c";
    assert.deepEqual(await runSql(table, [endless]), { results: [{ error: "took too long" }], state: null });
    const large = "SELECT LENGTH(REPLACE(HEX(ZEROBLOB(400000000)), '0', 'ab'))";
    const { results: [full] } = await runSql(table, [large]);
    assert("error" in full);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("answers are compared as AgentBench does: as sets, numbers to a hundredth", async () => {
  const same = [
    [["1.0"], '["1"]'],
    [["12.345"], "[12.35]"],
    [["32502.0"], '["32,502"]'],
    [["45%"], '["45"]'],
    [["none"], '["0"]'],
    [["a", "b"], "['b', 'a', 'b']"],
    [["1", "2"], '["2.001", "1"]'],
    [["Women +60kg Bronze"], "Women +60kg Bronze"],
  ] as const;
  for (const [label, given] of same) {
    assert.equal(await judge(task("other", ...label), `Action: Answer\nFinal Answer: ${given}`), 1, given);
  }
  const other = [
    [["1.0"], '["1.02"]'],
    [["a", "b"], '["a"]'],
    [["1", "1", "2"], '["1", "2", "2"]'],
    [["Anna"], '["anna"]'],
    [["7"], "[]"],
  ] as const;
  for (const [label, given] of other) {
    assert.equal(await judge(task("other", ...label), `Action: Answer\nFinal Answer: ${given}`), 0, given);
  }
  assert.equal(await judge(task("other", "7"), "7"), 0);
  assert.equal(await judge(task("other", "7"), `${answer("8")}\n${answer("7")}`), 0);
});

Deno.test("a wrong final state is rejected, however near, and another way to the right one is not", async () => {
  const change = task("UPDATE", "UPDATE `Rowing Results` SET Points = 8 WHERE Name = 'Berta'");
  const right = [
    "UPDATE `Rowing Results` SET Points = 8 WHERE Points = 7;",
    "UPDATE `Rowing Results` SET Points = Points + 1 WHERE Name LIKE 'B%'",
  ];
  for (const sql of right) assert.equal(await judge(change, operation(sql) + answer("done")), 1, sql);
  assert.equal(await judge(change, operation("SELECT 1") + operation(right[0]) + answer("done")), 1);
  const wrong = [
    "UPDATE `Rowing Results` SET Points = 8",
    "UPDATE `Rowing Results` SET Points = 8 WHERE Name = 'Clara'",
    "UPDATE `Rowing Results` SET Points = 9 WHERE Name = 'Berta'",
    "UPDATE `Rowing Results` SET Points = 8, Name = 'berta' WHERE Name = 'Berta'",
    "INSERT INTO `Rowing Results` VALUES ('Berta', 8, 'no')",
    "DELETE FROM `Rowing Results` WHERE Name = 'Berta'",
    "DROP TABLE `Rowing Results`",
    "CREATE TRIGGER t AFTER UPDATE ON `Rowing Results` BEGIN DELETE FROM `Rowing Results`; END",
    "SELECT 1",
  ];
  for (const sql of wrong) assert.equal(await judge(change, operation(sql) + answer("done")), 0, sql);
  // Right, and then undone; or right and no answer; or said and not done.
  assert.equal(await judge(change, operation(right[0]) + operation(wrong[2]) + answer("done")), 0);
  assert.equal(await judge(change, operation(right[0])), 0);
  assert.equal(await judge(change, answer("done")), 0);
  const insert = task("INSERT", "INSERT INTO `Rowing Results` VALUES ('Dora', 3, 'no')");
  const twice = operation(insert.label[0]).repeat(2);
  assert.equal(await judge(insert, twice + answer("done")), 0);
});

Deno.test({
  name: "an agent sees the results of its statements, and is ended after five",
  ignore,
  async fn() {
    const prompts: string[] = [];
    const agent = (act: (turn: number, prompt: string) => string): EvaluatedModel => ({
      complete({ prompt = "" }) {
        prompts.push(prompt);
        const turn = (prompt.match(/\nResult: /g) ?? []).length;
        const usage = { promptTokens: 0, completionTokens: 0 };
        return Promise.resolve({ text: act(turn, prompt), finishReason: "stop", usage, cached: false });
      },
    });
    const nine = {
      ...database,
      async *items() {
        yield task("ranking", "9");
      },
    };
    const found = await evaluate(
      agent((turn, prompt) =>
        turn === 0
          ? operation("SELECT Points FROM `Rowing Results` ORDER BY Points") + "\nResult: [[1]]"
          : answer(/Result: \[\[7\],\[(\d+)\]/.exec(prompt)![1])
      ),
      nine,
    );
    assert.deepEqual(found.items[0].scores, { agentbench: 1, valid: 1 });
    assert.equal(prompts.length, 2);
    const endless = await evaluate(agent(() => operation("SELECT 1")), nine);
    assert.equal(prompts.length, 2 + 6);
    assert.deepEqual(endless.items[0].scores, { agentbench: 0, valid: 0 });
  },
});

Deno.test({
  name: "the table after the right statement has the hash that AgentBench's MySQL gave",
  ignore,
  async fn() {
    const md5 = (text: string) => createHash("md5").update(text).digest("hex");
    let same = 0;
    const tasks = (await Array.fromAsync(agentBenchDatabases.read())).filter(({ md5 }) => md5 !== null).slice(
      0,
      40,
    );
    for (const { table, label, md5: theirs } of tasks) {
      const { state } = await runSql(table, [label[0]]);
      const rows = state!.map((row) => md5(row.filter((cell) => cell !== null).join(",")).slice(0, 5)).sort();
      same += Number(md5(rows.join(",")) === theirs);
    }
    assert.equal(`${same} of ${tasks.length}`, "40 of 40");
  },
});

Deno.test({
  name: "gold answers of agents' tasks get full marks, and silence none",
  ignore,
  async fn() {
    for (const [name, limit] of [["agentbench-db", 24], ["toolbench", 100]] as const) {
      for (const { rule, gold, silent, faulty } of await checkBenchmark(benchmarks[name], { limit })) {
        assert.deepEqual([gold, silent, faulty], [1, 0, []], `${name} ${rule}`);
      }
    }
  },
});

Deno.test({
  name: "calls are graded by name, by what they must have, and by order",
  ignore,
  async fn() {
    const { value: item } = await toolBench.read().next();
    const query = (await Array.fromAsync(toolBench.read())).find(({ id }) => id === "toolbench/G2/query/2")!;
    assert.deepEqual(query.calls.map(({ name }) => name), [
      "il_for_turkey_postal_codes",
      "eo_argentino_result_task_task_id_for_transportistas_de_argentina",
    ]);
    const call = (name: string, input: string) => `\nAction: ${name}\nAction Input: ${input}`;
    const [postal, tracking] = query.calls;
    const grade = async (text: string) =>
      await Promise.all(
        ["api recall", "valid calls", "reference order"].map(async (rule) =>
          (await benchmarks.toolbench.rules![rule].grade(query, text)).score
        ),
      );
    const first = call(postal.name, '{"il": 34}');
    const second = call(tracking.name, '{"task_id": "7"}');
    assert.deepEqual(await grade(first + second), [1, 1, 1]);
    assert.deepEqual(await grade(second + first), [1, 1, 0.5]);
    assert.deepEqual(await grade(first), [0.5, 1, 0.5]);
    assert.deepEqual(await grade(first + call("made_up", "{}")), [0.5, 0.5, 0.5]);
    for (
      const input of ["{}", '{"il": "Istanbul"}', '{"il": 34, "city": "x"}', '["il"]', "il: 34", '{"il": 34']
    ) {
      assert.deepEqual(await grade(call(postal.name, input)), [0.5, 0, 0.5], input);
    }
    assert.deepEqual(await grade("I would call il_for_turkey_postal_codes."), [0, 0, 0]);
    assert.equal(item!.tools.length, 2);
  },
});
