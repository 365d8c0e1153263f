import assert from "node:assert/strict";
import { taskScores } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

Deno.test("taskScores() fills cells by what is known beyond guessing, and greys tasks that cannot tell", async () => {
  const rows = [
    { task: "arc-easy", guessing: 0.25, values: [0.42, 0.48, 0.47] },
    { task: "hellaswag", guessing: 0.25, values: [0.31, 0.33, 0.36] },
    { task: "winogrande", guessing: 0.5, values: [0.49, 0.51, 0.48] },
    { task: "gsm8k", guessing: 0, values: [0.01, 0.04, 0.12] },
  ];
  const scores = rows.flatMap(({ task, guessing, values }) =>
    values.map((value, i) => ({
      ...{ task, guessing, value, error: 0.021, n: 1000, mute: task === "winogrande" },
      model: ["before the decay", "web decay", "mixture decay"][i],
    }))
  );
  await assertGolden("task_scores", taskScores(scores, { title: "Three checkpoints on four tasks" }));
});

Deno.test("taskScores() refuses per cent where shares are wanted", () => {
  assert.throws(() => taskScores([{ task: "arc", model: "a", value: 43 }]), {
    message: "Cannot draw scores as the score of a on arc must be in [0, 1]: current value is 43",
  });
});
