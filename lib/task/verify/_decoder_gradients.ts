import { backend, type Checkpoint, type Parameters, parameterShapes } from "../../anneal/mod.ts";
import { bindingOf } from "../../anneal/_binding.ts";
import { compile, type KernelEngine } from "../../anneal/compile.ts";
import { lossAndGradients } from "../../anneal/model.ts";
import { resolveEngine } from "../../anneal/open_learner.ts";
import { computed } from "../../anneal/parts.ts";

/** The mean loss of a sequence in nats a token, and the gradient by every parameter, on an engine; by default that of training. */
export async function gradientsOf(
  { config, weights }: Checkpoint,
  tokens: readonly number[],
  engine?: KernelEngine,
): Promise<{ loss: number; gradients: Parameters }> {
  const binding = bindingOf((await backend()).tf);
  const shapes = Object.entries(parameterShapes(config));
  const shape = { batch: 1, context: tokens.length - 1 };
  const ids = { shape: [shape.context], type: "int32" as const };
  const run = compile(binding, {
    key: `verify: gradients ${JSON.stringify([computed(config), shape])}`,
    placeholders: [...shapes.map(([, shape]) => ({ shape, type: "float32" as const })), ids, ids],
    precision: "float32",
    body: (k, values) => {
      const parameters = Object.fromEntries(shapes.map(([name], i) => [name, values[i]]));
      const [tokens, targets] = values.slice(shapes.length);
      const { loss, gradients } = lossAndGradients(k, config, { parameters, tokens, targets }, shape);
      return [loss, ...shapes.map(([name]) => gradients[name])];
    },
  }, engine ?? await resolveEngine({}) as KernelEngine);
  const inputs = [
    ...shapes.map(([name, shape]) => binding.createTensor(shape, 1, weights[name])),
    ...[tokens.slice(0, -1), tokens.slice(1)].map((list) =>
      binding.createTensor(ids.shape, 3, Int32Array.from(list))
    ),
  ];
  const results = run(inputs);
  const [loss, ...values] = results.map((id) => binding.tensorDataSync(id) as Float32Array);
  for (const id of [...inputs, ...results]) binding.deleteTensor(id);
  return { loss: loss[0], gradients: Object.fromEntries(shapes.map(([name], i) => [name, values[i]])) };
}
