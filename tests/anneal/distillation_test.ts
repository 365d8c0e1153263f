import assert from "node:assert/strict";
import {
  type Checkpoint,
  initialCheckpoint,
  logitsOf,
  recordTeacher,
  type RecordTeacherOptions,
  train,
  type TrainOptions,
} from "../../lib/anneal/mod.ts";
import { likeliest } from "../../lib/anneal/_checkpoint_voice.ts";
import type { Batch } from "../../lib/anneal/batches.ts";
import type { Engine, LearnerOptions } from "../../lib/anneal/learner.ts";
import { openLearner } from "../../lib/anneal/open_learner.ts";
import { checkOptimizer } from "../../lib/anneal/optimizer.ts";
import { Random } from "../../lib/base/mod.ts";
import { grammar, NEEDS, needsTensorflow, smallestConfig, tinyConfig } from "./_models.ts";

Deno.test("likeliest() gives the greatest logits in order, with their probabilities at a temperature", () => {
  const random = new Random("likeliest");
  const logits = Float32Array.from({ length: 300 }, () => 3 * random.normal());
  const [ids, probabilities] = [new Uint32Array(7), new Float32Array(7)];
  likeliest(logits, 2, { ids, probabilities });
  const order = Array.from(logits.keys()).sort((a, b) => logits[b] - logits[a]);
  assert.deepEqual([...ids], order.slice(0, 7));
  const sum = logits.reduce((sum, logit) => sum + Math.exp(logit / 2), 0);
  ids.forEach((id, i) => assert(Math.abs(probabilities[i] - Math.exp(logits[id] / 2) / sum) < 1e-7));
});

const CONTEXT = 8;
const N = 2 * CONTEXT;

/** A batch that a teacher said something of: likeliest ids of random logits. */
function taught(seed: number, topK: number, share: number): Batch {
  const random = new Random(seed);
  const ids = new Uint32Array(N * topK);
  const probabilities = new Float32Array(N * topK);
  for (let n = 0; n < N; n++) {
    const part = {
      ids: ids.subarray(n * topK, (n + 1) * topK),
      probabilities: probabilities.subarray(n * topK, (n + 1) * topK),
    };
    likeliest(Float32Array.from({ length: 257 }, () => 2 * random.normal()), 1, part);
  }
  const draw = () => Int32Array.from({ length: N }, () => random.int(257));
  // Nothing is said of the first sequence.
  const shares = new Float32Array(N).fill(share, CONTEXT);
  const weights = Float32Array.from({ length: N }, (_, i) => i % 4 === 0 ? 0 : 4 / 3);
  return { tokens: draw(), targets: draw(), weights, teacher: { ids, probabilities, share: shares } };
}

async function after(
  engine: Engine,
  teacher: { topK: number; temperature: number },
  changes: Partial<LearnerOptions>,
) {
  const config = changes.config ?? tinyConfig();
  using learner = await openLearner(initialCheckpoint(config, 1), {
    ...{
      config,
      batch: 2,
      context: CONTEXT,
      maskDocuments: false,
      precision: "float32",
      engine,
      weighTargets: true,
    },
    ...{ teacher, optimizer: checkOptimizer({ clip: Infinity, zLoss: 1e-2 }), ...changes },
    ...(engine === "reference" && { backend: "cpu" as const }),
  });
  let loss = 0;
  for (let step = 0; step < 2; step++) {
    loss = (await learner.step(taught(step, teacher.topK, 0.7), 1e-3)).loss;
  }
  return { loss, ...await learner.read() };
}

Deno.test(
  `every engine takes the reference's steps on what a teacher says ${NEEDS}`,
  needsTensorflow,
  async () => {
    for (
      const [teacher, config] of [
        [{ topK: 4, temperature: 1 }, tinyConfig()],
        [{ topK: 9, temperature: 2.5 }, tinyConfig({ tieEmbeddings: false, softCaps: { logits: 3 } })],
      ] as const
    ) {
      const expected = await after("reference", teacher, { config });
      for (const engine of ["eager", "traced", "fused", "native"] as const) {
        const actual = await after(engine, teacher, { config });
        assert(Math.abs(actual.loss - expected.loss) < 1e-5, `${engine}: ${actual.loss}, ${expected.loss}`);
        for (const [name, moments] of Object.entries(expected.optimizer!.first)) {
          const greatest = Math.max(...moments.map(Math.abs));
          const far = Math.max(
            ...moments.map((value, i) => Math.abs(value - actual.optimizer!.first[name][i])),
          );
          assert(far < 1e-3 * greatest, `${engine}, ${name}: ${far} of ${greatest}`);
        }
      }
    }
  },
);

async function recorded(teacher: Checkpoint, folder: string, changes: Partial<RecordTeacherOptions> = {}) {
  const source = await grammar("text", 40);
  const options = { teacher, folder, topK: 8, context: 16, engine: "traced" as const, ...changes };
  return await recordTeacher(source, options);
}

Deno.test(
  `recordTeacher() keeps what the teacher's logits say, and goes on after a stop ${NEEDS}`,
  needsTensorflow,
  async () => {
    const teacher = initialCheckpoint(smallestConfig(), "teacher");
    const root = await Deno.makeTempDir();
    try {
      const whole = await recorded(teacher, `${root}/whole`, { temperature: 2 });
      const logits = await logitsOf(teacher, Array.from(whole.tokens.subarray(32, 48)));
      const said = whole.teacher!.read(32, 16);
      const [ids, probabilities] = [new Uint32Array(8), new Float32Array(8)];
      for (let i = 0; i < 16; i++) {
        likeliest(logits.subarray(257 * i, 257 * (i + 1)), 2, { ids, probabilities });
        probabilities.forEach((p, j) => assert(Math.abs(p - said.probabilities[8 * i + j]) < 1e-6));
      }
      const controller = new AbortController();
      const onProgress = ({ done }: { done: number }) => done === 5 && controller.abort();
      await assert.rejects(
        recorded(teacher, `${root}/parts`, { temperature: 2, signal: controller.signal, onProgress }),
        /it was stopped after 5 of \d+ windows/,
      );
      // Half of a window, as a kill leaves it.
      await Deno.writeFile(`${root}/parts/said.bin`, new Uint8Array(77), { append: true });
      await recorded(teacher, `${root}/parts`, { temperature: 2 });
      const bytes = (name: string) => Deno.readFile(`${root}/${name}/said.bin`);
      assert.deepEqual(await bytes("parts"), await bytes("whole"));
      await assert.rejects(
        recorded(teacher, `${root}/whole`, { temperature: 1 }),
        /its temperature must be this call's \(1\)/,
      );
      await assert.rejects(
        recorded(initialCheckpoint(smallestConfig(), "other"), `${root}/whole`, { temperature: 2 }),
        /its model must be this call's/,
      );
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
);

Deno.test(
  `a model learns what its teacher says, in pieces and from its folder to the same bits ${NEEDS}`,
  needsTensorflow,
  async () => {
    const config = smallestConfig({ width: 16 });
    const shared = { config, batch: 4, engine: "traced" as const, schedule: () => 1e-2 };
    const { checkpoint: teacher } = await train({
      ...shared,
      sources: [await grammar("text", 200)],
      steps: 150,
    });
    const root = await Deno.makeTempDir();
    try {
      const source = await recorded(teacher, `${root}/teacher`);
      const options: TrainOptions = {
        ...shared,
        sources: [source],
        context: 16,
        steps: 60,
        seed: 2,
        distillation: 1,
      };
      const student = await train(options);
      // What it says of a sentence is nearer to its teacher than a model that read the targets alone.
      const apart = async (model: Checkpoint) => {
        const tokens = Array.from(source.tokens.subarray(0, 16));
        const [p, q] = [await logitsOf(teacher, tokens), await logitsOf(model, tokens)].map((logits) =>
          Array.from({ length: 16 }, (_, i) => {
            const row = Array.from(logits.subarray(257 * i, 257 * (i + 1)), Math.exp);
            const sum = row.reduce((a, b) => a + b);
            return row.map((value) => value / sum);
          }).flat()
        );
        return p.reduce((sum, value, i) => sum + value * Math.log(value / q[i]), 0) / 16;
      };
      const alone = await train({
        ...options,
        sources: [await grammar("text", 40)],
        distillation: undefined,
      });
      const [taughtApart, aloneApart] = [await apart(student.checkpoint), await apart(alone.checkpoint)];
      assert(taughtApart < 0.85 * aloneApart, `${taughtApart} against ${aloneApart}`);
      // Who says the same already has nothing to learn.
      const { optimizer: _, ...model } = teacher;
      const itself = await train({ ...options, config: undefined, from: model, steps: teacher.step + 1 });
      const { log: [byTargets] } = await train({
        ...{ ...options, config: undefined, from: model, steps: teacher.step + 1 },
        ...{ sources: [await grammar("text", 40)], distillation: undefined },
      });
      assert(itself.log[0].gradientNorm < 1e-3 * byTargets.gradientNorm, `${itself.log[0].gradientNorm}`);
      assert(
        Math.abs(itself.log[0].loss - byTargets.loss) < 1e-6,
        `${itself.log[0].loss}, ${byTargets.loss}`,
      );

      const pieces = await train({ ...options, microBatch: 2, steps: 3 });
      pieces.log.forEach(({ loss }, i) => assert(Math.abs(loss - student.log[i].loss) < 1e-4));
      const controller = new AbortController();
      const stop = {
        signal: controller.signal,
        onStep: ({ step }: { step: number }) => step === 31 && controller.abort(),
      };
      await train({ ...options, ...stop, folder: `${root}/run`, checkpointEverySteps: 10 });
      const resumed = await train({ ...options, folder: `${root}/run`, checkpointEverySteps: 10 });
      assert.deepEqual(resumed.checkpoint, student.checkpoint);
      await assert.rejects(
        train({ ...options, distillation: 0.5, folder: `${root}/run` }),
        /its distillation is 1, this one's is 0.5/,
      );
      await assert.rejects(
        train({ ...options, maskDocuments: true }),
        /the teacher of source text must have the run's maskDocuments true: current value is false/,
      );
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
);
