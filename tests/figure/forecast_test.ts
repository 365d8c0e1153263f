import assert from "node:assert/strict";
import { forecast } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

const steps = Array.from({ length: 40 }, (_, i) => 50 * (i + 1));
const curve = (drop: number) =>
  steps.map((step) => ({ step, loss: 2 + step ** -0.3 - drop * Math.max(0, step - 1500) / 500 }));

Deno.test("forecast() draws measured losses as dots and each law's prediction as a line", async () => {
  const predicted = [["momentum", 0.028], ["multi-power", 0.034]].flatMap(([law, drop]) =>
    curve(drop as number).map((point) => ({ law: law as string, ...point }))
  );
  const options = { title: "A decay that the laws have not seen", unseenFrom: 1500 };
  await assertGolden("forecast", forecast({ measured: curve(0.03), predicted }, options));
});

Deno.test("forecast() refuses nothing measured and losses that are not finite", () => {
  assert.throws(() => forecast({ measured: [], predicted: [] }), {
    name: "TypeError",
    message: /nothing measured/,
  });
  assert.throws(
    () => forecast({ measured: [{ step: 1, loss: NaN }], predicted: [] }),
    /it has measured NaN at step 1$/,
  );
});
