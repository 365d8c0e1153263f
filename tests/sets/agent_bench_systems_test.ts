import assert from "node:assert/strict";
import { agentBenchSystems } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(
  agentBenchSystems,
  "AgentBench's 26 tasks on an operating system say what they would take",
  async () => {
    const tasks = await Array.fromAsync(agentBenchSystems.read());
    assert.equal(tasks.length, 26);
    assert.equal(tasks.filter(({ answer, solution }) => answer === null && solution === null).length, 2);
    assert.equal(tasks.filter(({ wants }) => wants === null).length, 19);
    assert.equal(tasks[6].solution, 'ls -a /home | grep "^\\." | wc -l');
  },
);
