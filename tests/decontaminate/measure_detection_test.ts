import assert from "node:assert/strict";
import { buildIndex, measureDetection, plant } from "../../lib/decontaminate/mod.ts";
import { hosts, items } from "./_made.ts";

Deno.test("measureDetection() finds every exact copy and calls nothing falsely in other prose", () => {
  const index = buildIndex(items);
  const planting = plant(items, hosts, { seed: 1 });
  const { recall, precision } = measureDetection(planting, index);
  const exact = recall.find(({ kind }) => kind === "exact")!;
  assert.equal(exact.found, items.length);
  assert.equal(precision?.estimate, 1);
});
