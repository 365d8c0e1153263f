import assert from "node:assert/strict";
import { plant, type Planted, rowsOf } from "../../../lib/task/verify/agents.ts";

const changing = [
  ...["write_file", "append_file", "move_file", "delete_file", "run_sql"],
  ...["create_event", "move_event", "cancel_event", "submit_answer"],
];

Deno.test("planted wrong ends of every tool are rejected, all of them, and right ones reached another way are kept", async () => {
  const planted = await plant(2);
  const falsely = planted.filter(({ right, kept }) => right !== kept);
  assert.deepEqual(falsely, []);
  const count = (right: boolean) => planted.filter((one) => one.right === right).length;
  assert(count(false) > 300 && count(true) > 100, `${count(false)} wrong, ${count(true)} right`);
  const tools = (by: Planted["by"], right: boolean) =>
    new Set(planted.filter((one) => one.by === by && one.right === right).map(({ tool }) => tool));
  for (const tool of changing) {
    assert(tools("state", false).has(tool) && tools("calls", false).has(tool), tool);
    if (tool !== "create_event") assert(tools("calls", true).has(tool), tool);
  }
});

Deno.test("a wrong end that is kept, and a right one that is not, make the part of verify fail", () => {
  const one: Planted = { tool: "run_sql", by: "state", right: false, kept: false, what: "" };
  const verdicts = (planted: Planted[]) => [...rowsOf(planted)].map(({ verdict, ours }) => [verdict, ours]);
  assert.deepEqual(verdicts([one, one]), [["passed", "0 of 2 kept"]]);
  assert.deepEqual(verdicts([one, { ...one, kept: true }]), [["failed", "1 of 2 kept"]]);
  assert.deepEqual(verdicts([{ ...one, right: true }]), [["failed", "1 of 1 rejected"]]);
});
