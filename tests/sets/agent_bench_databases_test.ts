import assert from "node:assert/strict";
import { agentBenchDatabases } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(
  agentBenchDatabases,
  "AgentBench's database tasks are 120 questions and 240 changes, each with its whole table",
  async () => {
    const tasks = await Array.fromAsync(agentBenchDatabases.read());
    assert.deepEqual([tasks.length, tasks.filter(({ md5 }) => md5 !== null).length], [360, 240]);
    assert.equal(new Set(tasks.map(({ id }) => id)).size, 360);
    assert.deepEqual(tasks[0].label, ["Women +60kg Bronze"]);
    for (const { id, table: { columns, rows } } of tasks) {
      assert(rows.every((row) => row.length === columns.length), id);
    }
  },
);
