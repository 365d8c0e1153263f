import assert from "node:assert/strict";
import { multiPowerCurves } from "../../lib/sets/mod.ts";
import { multiPowerRates } from "../../lib/sets/multi_power_law.ts";
import { testOf } from "./_mirror.ts";

Deno.test("the rates of the public curves follow from their names", () => {
  const rates = multiPowerRates("cosine_24000");
  assert.equal(rates.length, 24_000);
  assert.equal(rates[0], 0);
  assert.equal(rates[2159], 3e-4);
  assert(Math.abs(rates[23_920] - 3.000893868085248e-5) < 1e-18);
  assert(Math.abs(multiPowerRates("wsd_20000_24000")[23_904] - 3.170452527640976e-5) < 1e-18);
  assert(Math.abs(multiPowerRates("wsdld_20000_24000")[23_904] - 3.648e-5) < 1e-18);
  assert.deepEqual([...multiPowerRates("wsdcon_9").subarray(7999, 8001)], [3e-4, 9.000000000000001e-5]);
  assert.throws(() => multiPowerRates("square_100"), /not known/);
});

await testOf(
  multiPowerCurves,
  "multiPowerCurves holds nine curves a size, none longer than its schedule",
  async () => {
    for (const size of [25, 100, 400] as const) {
      const curves = await Array.fromAsync(multiPowerCurves.read({ size }));
      assert.equal(curves.length, 9);
      assert(curves.some(({ name }) => name === "cosine_24000"));
      for (const { learningRates, steps, losses } of curves) {
        assert(steps.at(-1)! < learningRates.length && steps.length === losses.length);
      }
    }
  },
);
