import assert from "node:assert/strict";
import { backend, type BackendName, deviceOf } from "../../lib/anneal/backend.ts";
import { available } from "../../lib/native/mod.ts";
import { said } from "../_said.ts";

const BACKEND = new URL("../../lib/anneal/backend.ts", import.meta.url);
const tensorflow = { ignore: !await available("tensorflow") };

/** Evaluate an expression over `backend` in a process of its own: what a process loads first stays loaded. */
async function evaluate(expression: string, env: Record<string, string> = {}) {
  const code = `import { backend } from "${BACKEND}"; console.log(await (${expression}))`;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", code],
    env: { NO_COLOR: "1", ...env },
  }).output();
  return {
    success,
    stdout: said(stdout).trim(),
    stderr: said(stderr),
  };
}

Deno.test("deviceOf() tells the GPU from the list of devices", () => {
  assert.equal(deviceOf([]), "cpu");
  assert.equal(deviceOf([{ type: "CPU" }]), "cpu");
  assert.equal(deviceOf([{ type: "CPU" }, { type: "XLA_GPU" }]), "cpu");
  assert.equal(deviceOf([{ type: "CPU" }, { type: "GPU" }, { type: "GPU" }]), "gpu");
});

Deno.test("backend() opens the plain one, once, and describes it in a line", async () => {
  const [first, second] = await Promise.all([backend({ prefer: "cpu" }), backend({ prefer: "cpu" })]);
  assert.equal(first, second);
  assert.equal(first.name, "cpu");
  assert.equal(first.device, "cpu");
  assert.match(String(first), /^cpu: TensorFlow\.js 4\.22\.0 on the CPU \(.+\), 1 thread; plain JavaScript/);
  const { tf } = first;
  const square = tf.matMul([[1, 2], [3, 4]], [[1, 2], [3, 4]]);
  assert.deepEqual([...square.dataSync()], [7, 10, 15, 22]);
  square.dispose();
});

Deno.test(
  "backend() opens TensorFlow without a word on stderr, with the threads asked for (needs tensorflow)",
  {
    ...tensorflow,
  },
  async () => {
    const { success, stdout, stderr } = await evaluate("backend({ threads: 1 })");
    assert.ok(success, stderr);
    assert.equal(stderr, "");
    assert.match(stdout, /name: "node-gpu"/);
    assert.match(stdout, /library: "TensorFlow 2\.21\.0",\s+threads: 1/);
  },
);

Deno.test(
  "backend() lists devices, finds tensors and gives TensorFlow's reasons (needs tensorflow)",
  tensorflow,
  async () => {
    const { tf, device } = await backend();
    const { binding, tensorMap } = tf.backend() as unknown as {
      binding: {
        listDevices(): { name: string; type: string; memoryBytes: number }[];
        tensorDevice(id: unknown): string;
        addGraphFunction(...args: unknown[]): void;
      };
      tensorMap: Map<unknown, { id: number }>;
    };
    const devices = binding.listDevices();
    assert.equal(deviceOf(devices), device);
    // A tensor is handed to TensorFlow when an operation first needs it.
    const tensor = tf.square([1, 2]);
    const place = binding.tensorDevice(tensorMap.get(tensor.dataId)!.id);
    assert.ok(devices.some(({ name }) => name === place), place);
    tensor.dispose();
    assert.throws(() => binding.tensorDevice(1e9), /^TypeError: No tensor has the id 1000000000$/);
    assert.throws(
      () => binding.tensorDevice("0"),
      /^TypeError: tensorDevice\(id\) takes the number of a tensor$/,
    );
    assert.throws(() => binding.addGraphFunction("f", new Uint8Array([1, 2, 3]), "", ""), /Invalid GraphDef/);
    assert.throws(
      () => binding.addGraphFunction("f", new Uint8Array(), "absent", ""),
      /The graph has no node absent$/,
    );
    assert.throws(
      () => binding.addGraphFunction(),
      /^TypeError: addGraphFunction\(name, graph, inputs, outputs\) takes/,
    );
  },
);

Deno.test(
  "backend() keeps each backend's own tensors when another was opened since (needs tensorflow)",
  tensorflow,
  async () => {
    const { tf } = await backend({ prefer: "node-gpu" });
    await backend({ prefer: "cpu" });
    assert.equal(tf.getBackend(), "cpu");
    await backend({ prefer: "node-gpu" });
    assert.equal(tf.getBackend(), "tensorflow");
    const top = tf.topk([3, 1, 2], 2);
    assert.deepEqual([...top.values.dataSync()], [3, 2]);
    tf.dispose(top);
  },
);

Deno.test(
  "backend() refuses other threads than TensorFlow was loaded with (needs tensorflow)",
  tensorflow,
  async () => {
    const { threads } = await backend({ prefer: "node-gpu" });
    await assert.rejects(
      backend({ prefer: "node-gpu", threads: threads + 1 }),
      new RegExp(`^RangeError: .* as threads must be ${threads}, .* current value is ${threads + 1}$`),
    );
  },
);

Deno.test("backend() never falls back: without TensorFlow it names the command and the others", async () => {
  const empty = { MIDTRAIN_CACHE: await Deno.makeTempDir(), MIDTRAIN_BACKEND: "", MIDTRAIN_GPU: "0" };
  const { success, stderr } = await evaluate("backend()", empty);
  assert.ok(!success);
  assert.match(
    stderr,
    /node-gpu as TensorFlow is not set up: run `deno task setup --only tensorflow`, or .*MIDTRAIN_BACKEND=cpu/,
  );
  const told = await evaluate("backend().then(String)", { ...empty, MIDTRAIN_BACKEND: "cpu" });
  assert.match(told.stdout, /^cpu: /);
});

Deno.test("backend() refuses an unknown name and a number of threads that is none", async () => {
  await assert.rejects(
    backend({ prefer: "tpu" as BackendName }),
    /^RangeError: .* as prefer must be one of node-gpu, webgpu, cpu: current value is tpu$/,
  );
  for (const threads of [0, -1, 1.5, NaN, Infinity]) {
    await assert.rejects(
      backend({ prefer: "cpu", threads }),
      new RegExp(`>= 1: current value is ${threads}$`),
    );
  }
});
