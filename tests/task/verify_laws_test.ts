import assert from "node:assert/strict";
import { atMost, near, same } from "../../lib/task/verify/_row.ts";
import { verifyClosedForms } from "../../lib/task/verify/points.ts";
import { verifyRope } from "../../lib/task/verify/rope.ts";

Deno.test("a row fails where its number is too far off, above its limit, or printed otherwise", () => {
  assert(near("item", "source", 2, 2.001, { tolerance: 1e-3, relative: true }).pass);
  assert(!near("item", "source", 2, 2.01, { tolerance: 1e-3, relative: true }).pass);
  assert(!near("item", "source", 2, NaN, { tolerance: Infinity }).pass);
  assert(atMost("item", "source", 1e-4, 1e-4).pass && !atMost("item", "source", 1e-4, 1.1e-4).pass);
  assert(!atMost("item", "source", 1, NaN).pass);
  assert(same("item", "source", "29.8", "29.8").pass && !same("item", "source", "29.8", "29.9").pass);
});

Deno.test("the numbers that need no data hold", async () => {
  const rows = [...verifyClosedForms(), ...await verifyRope({ peers: false })];
  assert.deepEqual(rows.filter(({ pass }) => !pass), []);
  assert(rows.length > 70);
});

Deno.test("verify:laws refuses a part that it does not have", async () => {
  const task = new URL("../../lib/task/verify_laws.ts", import.meta.url).pathname;
  const { code, stderr } = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", task, "law"] })
    .output();
  assert.equal(code, 2);
  assert.match(new TextDecoder().decode(stderr), /NAME must be one of curves, .*: current value is law/);
});
