import assert from "node:assert/strict";
import { depthGrid } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

Deno.test("depthGrid() draws a cell for each length and depth, the fuller the higher", async () => {
  const scores = [[1, 1, 0.9], [0.95, 0.7, 0.25], [0.9, 0.45, 0.05], [0.95, 0.6, 0.1], [1, 0.95, 0.6]];
  const cells = scores.flatMap((row, i) =>
    row.map((score, j) => ({ context: [1024, 2048, 4096][j], depth: i / 4, score }))
  );
  await assertGolden("depth_grid", depthGrid(cells, { title: "A needle in 20 texts each" }));
});

Deno.test("depthGrid() refuses a cell twice and a score beyond one", () => {
  const cell = { context: 1024, depth: 0.5, score: 0.5 };
  assert.throws(() => depthGrid([cell, cell]), {
    message: 'Cannot draw a grid of depths as the cells must differ: "1024 tokens, depth 0.5" stands twice',
  });
  assert.throws(() => depthGrid([{ ...cell, score: 50 }]), {
    message:
      "Cannot draw a grid of depths as the score at 1024 tokens, depth 0.5 must be in [0, 1]: current value is 50",
  });
});
