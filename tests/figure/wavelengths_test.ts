import assert from "node:assert/strict";
import { wavelengths } from "../../lib/figure/mod.ts";
import { defaultRope, llama3, ntkAware, positionInterpolation, yarn } from "../../lib/rope/mod.ts";
import { assertGolden } from "./_golden.ts";

const model = { dimensions: 128, base: 5e5 };
const extension = { ...model, factor: 8, originalContext: 8192 };
const original = defaultRope(model).inverseFrequencies;

Deno.test("wavelengths() draws what each extension does to every wavelength", async () => {
  const lines = [
    { name: "position interpolation", ...positionInterpolation(extension) },
    { name: "NTK-aware", ...ntkAware(extension) },
    { name: "YaRN", ...yarn(extension) },
    { name: "Llama 3", ...llama3(extension) },
  ];
  const title = "Eight times the context: which pairs are stretched";
  await assertGolden("wavelengths", wavelengths(lines, { original, originalContext: 8192, title }));
});

Deno.test("wavelengths() refuses an extension of another size", () => {
  const line = { name: "short", inverseFrequencies: [1] };
  assert.throws(
    () => wavelengths([line], { original, originalContext: 1 }),
    /needs 64 frequencies: short has 1/,
  );
});

Deno.test("wavelengths() leaves out pairs that stand still, and refuses a frequency below 0", () => {
  const original = Float64Array.of(1, 0.5);
  const options = { original, originalContext: 64 };
  const drawn = (inverseFrequencies: Float64Array) => {
    const layer = wavelengths([{ name: "one", inverseFrequencies }], options).layer as {
      data: { values: unknown[] };
    }[];
    return layer[1].data.values;
  };
  assert.deepEqual(drawn(Float64Array.of(0.5, 0)), [{
    extension: "one",
    wavelength: 2 * Math.PI,
    stretch: 2,
  }]);
  assert.throws(() => drawn(Float64Array.of(0.5, -1)), /must be finite and >= 0: one has -1 at pair 1$/);
});
