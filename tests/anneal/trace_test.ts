import assert from "node:assert/strict";
import { backend } from "../../lib/anneal/mod.ts";
import { bindingOf } from "../../lib/anneal/_binding.ts";
import { ProtobufWriter } from "../../lib/anneal/_protobuf.ts";
import { compile } from "../../lib/anneal/compile.ts";
import { type Executor, Kernels, type Value } from "../../lib/anneal/kernels.ts";
import { type GraphFunction, type Trace, trace } from "../../lib/anneal/trace.ts";
import { NEEDS, needsTensorflow } from "./_models.ts";

Deno.test("ProtobufWriter writes the wire format's own examples", () => {
  // protobuf.dev, "Encoding": field 1 = 150; field 2 = "testing"; field 3 holds the first message; -2 takes ten bytes.
  assert.deepEqual([...new ProtobufWriter().integer(1, 150).finish()], [0x08, 0x96, 0x01]);
  assert.equal(String.fromCharCode(...new ProtobufWriter().bytes(2, "testing").finish()), "\x12\x07testing");
  const nested = new ProtobufWriter().bytes(3, new ProtobufWriter().integer(1, 150));
  assert.deepEqual([...nested.finish()], [0x1a, 0x03, 0x08, 0x96, 0x01]);
  const negative = [0x08, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
  assert.deepEqual([...new ProtobufWriter().integer(1, -2).finish()], negative);
});

Deno.test("trace() writes each constant once and names outputs by node and index", () => {
  const { inputs, outputs, nodes } = trace([{ shape: [2], type: "float32" }], (executor, [x]) => {
    const k = new Kernels(executor);
    const twice = k.scale(x, 2);
    return [k.scale(twice, 2), ...k.split(twice, [1, 1], 0)];
  });
  assert.deepEqual(inputs, ["n0:0"]);
  assert.deepEqual(outputs.map((name) => name.split(":")[1]), ["0", "0", "1"]);
  // Two products, one constant 2, a split with its sizes and its axis.
  assert.equal(nodes, 6);
});

Deno.test("trace() makes one function of equal parts, and writes a part down like all else where none is to be made", () => {
  const parts: Trace[] = [];
  const define = (part: Trace): GraphFunction => {
    parts.push(part);
    return { name: "part", definition: new TextEncoder().encode("the definition of the part") };
  };
  const body = (executor: Executor, [x]: Value[]) => {
    const k = new Kernels(executor);
    const twice = (y: Value) => k.fused([y], (k, [y]) => [k.add(y, y), k.square(y)]);
    return twice(twice(x)[0]);
  };
  const plain = trace([{ type: "float32" }], body);
  const cut = trace([{ type: "float32" }], body, { define });
  assert.deepEqual([plain.nodes, cut.nodes], [4, 2]);
  assert.deepEqual(cut.outputs, ["n3:0", "n3:1"]);
  assert.deepEqual(parts[0], parts[1]);
  assert.deepEqual(parts[0].outputs, ["n1:0", "n2:0"]);
  const text = new TextDecoder("latin1").decode(cut.graph);
  assert.equal(text.split("the definition of the part").length, 2);
});

Deno.test("trace() refuses a part that uses a value it was not given", () => {
  const define = (): GraphFunction => ({ name: "part", definition: new Uint8Array() });
  const body = (executor: Executor, [x]: Value[]) => new Kernels(executor).fused([], (k) => [k.square(x)]);
  assert.throws(
    () => trace([{ type: "float32" }], body, { define }),
    /TypeError: Cannot trace .* a value of another one/,
  );
});

Deno.test(
  `compile() gives one function for one key, on every engine the same values ${NEEDS}`,
  needsTensorflow,
  async () => {
    const binding = bindingOf((await backend()).tf);
    const computation = {
      key: "test: softmax of a product",
      placeholders: [{ shape: [2, 3], type: "float32" as const }, {
        shape: [3, 2],
        type: "float32" as const,
      }],
      precision: "float32" as const,
      body: (k: Kernels, [a, b]: Parameters<Kernels["matMul"]>[0][]) => [k.softmax(k.matMul(a, b))],
    };
    const a = binding.createTensor([2, 3], 1, Float32Array.of(1, 2, 3, 4, 5, 6));
    const b = binding.createTensor([3, 2], 1, Float32Array.of(0.1, 0, 0, 0.1, 0.1, 0));
    for (const engine of ["eager", "traced", "fused", "native", "xla"] as const) {
      const run = compile(binding, computation, engine);
      assert.equal(compile(binding, computation, engine), run);
      const [id] = run([a, b]);
      const values = binding.tensorDataSync(id);
      binding.deleteTensor(id);
      // Row 0: 0.4 and 0.2, row 1: 1.0 and 0.5.
      const share = (x: number, y: number) => 1 / (1 + Math.exp(y - x));
      [share(0.4, 0.2), share(0.2, 0.4), share(1, 0.5), share(0.5, 1)].forEach((expected, i) =>
        assert(Math.abs(values[i] - expected) < 1e-6)
      );
    }
    for (const id of [a, b]) binding.deleteTensor(id);
  },
);
