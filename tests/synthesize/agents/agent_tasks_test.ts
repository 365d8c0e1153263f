import assert from "node:assert/strict";
import { outcomeOf, sameState } from "../../../lib/synthesize/agents/_play.ts";
import { type AgentCall, agentTasks, agentTemplates, office } from "../../../lib/synthesize/mod.ts";
import { taskOf } from "../../../lib/synthesize/agents/task.ts";

Deno.test("agentTasks() writes tasks of each template that stand the check of their references", async () => {
  for (const template of agentTemplates) {
    const tasks = await agentTasks({ count: 12, seed: "check", templates: [template] });
    assert.equal(tasks.length, 12);
    assert(new Set(tasks.map(({ text, meta }) => text + JSON.stringify(meta.state))).size > 9, template);
    for (const { text, meta, lineage } of tasks) {
      assert(text.length > 40 && meta.template === template);
      assert.deepEqual([lineage!.model, lineage!.prompt], ["none", "agents/template@1"]);
    }
  }
});

Deno.test("task number i is the same however many there are, and another seed gives others", async () => {
  const three = await agentTasks({ count: 3, seed: 5 });
  const six = await agentTasks({ count: 6, seed: 5 });
  assert.deepEqual(six.slice(0, 3), three);
  const others = await agentTasks({ count: 3, seed: 6 });
  assert(others.every(({ id }) => six.every((task) => task.id !== id)));
});

Deno.test("an instruction names all that its reference could not find out by reading", async () => {
  for (const { text, meta } of await agentTasks({ count: 60, seed: "told" })) {
    for (const { name, arguments: given } of meta.reference as AgentCall[]) {
      if (name === "create_event") assert(text.includes(`"${given.title}"`), text);
      if (name === "move_event") assert(text.includes(`${given.start}`.slice(0, 10)), text);
      if (name === "submit_answer") {
        assert(
          !new RegExp(`\\b${given.answer}\\b`).test(text.replace(/\d+ people/, "")) ||
            meta.template === "word-problem",
          text,
        );
      }
    }
  }
});

Deno.test("a step of a reference that is left out leads to another state than the goal, unless it only reads", async () => {
  let changed = 0;
  let read = 0;
  await Promise.all((await agentTasks({ count: 80, seed: "mutants" })).map(async (document) => {
    const task = taskOf(document, office);
    const goal = await outcomeOf(office, task, task.reference);
    await Promise.all(task.reference.map(async (_, at) => {
      const before = await outcomeOf(office, task, task.reference.slice(0, at));
      const after = await outcomeOf(office, task, task.reference.slice(0, at + 1));
      const reads = sameState(office, before.state, after.state);
      const without = await outcomeOf(office, task, task.reference.toSpliced(at, 1));
      assert.equal(sameState(office, without.state, goal.state), reads, document.text);
      if (reads) read++;
      else changed++;
    }));
  }));
  assert(changed > 80 && read > 80, `${changed} changed, ${read} read`);
});
