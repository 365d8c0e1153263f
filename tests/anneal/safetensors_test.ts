// deno-lint-ignore-file camelcase -- the format's names
import assert from "node:assert/strict";
import { SafetensorsFile } from "../../lib/anneal/_safetensors.ts";
import { safetensors } from "./_safetensors.ts";

const A = { dtype: "F32", shape: [2], data_offsets: [0, 8] };
const B = { dtype: "F32", shape: [1], data_offsets: [8, 12] };

async function open(header: unknown, bytes: number): Promise<Record<string, unknown>> {
  const path = await Deno.makeTempFile({ suffix: ".safetensors" });
  await Deno.writeFile(path, safetensors(header, new Uint8Array(bytes)));
  using file = await SafetensorsFile.open(path);
  return file.entries;
}

Deno.test("SafetensorsFile reads what Python's safetensors reads", async () => {
  assert.deepEqual(await open({ a: A, b: B }, 12), { a: A, b: B });
  assert.deepEqual(await open({ b: B, a: A }, 12), { b: B, a: A });
  assert.deepEqual(await open({}, 0), {});
  assert.deepEqual(await open({ __metadata__: { format: "pt" }, a: A }, 8), { a: A });
  assert.deepEqual(await open({ __metadata__: null, a: A }, 8), { a: A });
  const empty = { dtype: "F32", shape: [0], data_offsets: [0, 0] };
  assert.deepEqual(await open({ a: A, empty }, 8), { a: A, empty });
  for (const [dtype, shape] of [["F4", [16]], ["F6_E2M3", [4]], ["C64", []], ["BOOL", [3]]] as const) {
    const entry = { dtype, shape, data_offsets: [0, { F4: 8, F6_E2M3: 3, C64: 8, BOOL: 3 }[dtype]] };
    assert.deepEqual(await open({ entry }, entry.data_offsets[1] as number), { entry });
  }
  const spaced = `  ${JSON.stringify({ 'a "quoted\\"': A }).replaceAll(":", " \n\t : ")}  `;
  assert.deepEqual(await open(spaced, 8), { 'a "quoted\\"': A });
});

const REFUSED: [string, header: unknown, bytes: number, why: RegExp][] = [
  [
    "tensors that lie on each other",
    { a: A, b: { ...B, data_offsets: [4, 8] } },
    8,
    /tensor b lies on tensor a/,
  ],
  ["a hole", { a: A, b: { ...B, data_offsets: [10, 14] } }, 14, /2 bytes between tensor a and tensor b/],
  ["a hole before the first", { b: B }, 12, /8 bytes between its header and tensor b belong to none/],
  ["a rest", { a: A }, 9, /1 bytes after tensor a belong to none/],
  ["a rest after nothing", {}, 4, /4 bytes after its header belong to none/],
  ["a tensor cut short", { a: A }, 7, /it ends within tensor a/],
  [
    "fractional offsets",
    { a: { ...A, data_offsets: [0.5, 8.5] } },
    9,
    /a has data_offsets \[0.5,8.5\], not two whole/,
  ],
  [
    "negative offsets",
    { a: { ...A, data_offsets: [-8, 0] } },
    0,
    /data_offsets \[-8,0\], not two whole numbers >= 0/,
  ],
  ["three offsets", { a: { ...A, data_offsets: [0, 8, 9] } }, 8, /not two whole numbers/],
  ["no offsets", { a: { dtype: "F32", shape: [2] } }, 8, /data_offsets undefined, not two whole/],
  ["offsets turned round", { a: { ...A, shape: [0], data_offsets: [8, 0] } }, 8, /has -8 bytes, not 0/],
  ["a shape as text", { a: { ...A, shape: "2" } }, 8, /has shape "2", not a list of whole numbers/],
  ["a shape beyond counting", { a: { ...A, shape: [2 ** 40, 2 ** 40] } }, 8, /has 8 bytes, not 4\.8/],
  ["half a byte", { a: { ...A, dtype: "F4", shape: [15] } }, 8, /has 8 bytes, not 7\.5/],
  ["an unknown type", { a: { ...A, dtype: "F128" } }, 8, /dtype "F128", which the format does not have/],
  ["a type of JavaScript's", { a: { ...A, dtype: "constructor" } }, 8, /dtype "constructor", which/],
  ["a null entry", { a: null }, 8, /tensor a is null, no object/],
  [
    "an entry that is a list",
    { a: ["F32", [2], [0, 8]] },
    8,
    /tensor a is \["F32",\[2\],\[0,8\]\], no object/,
  ],
  ["a header that is a list", [], 0, /its header is no object/],
  ["a header that is null", "null", 0, /its header is no object/],
  [
    "metadata that is no text",
    { __metadata__: { a: 1 }, a: A },
    8,
    /__metadata__ must be an object of texts/,
  ],
  [
    "a name twice",
    `{"a": ${JSON.stringify(A)}, "\\u0061": ${JSON.stringify(A)}}`,
    8,
    /its header holds "a" twice/,
  ],
  [
    "a field twice",
    '{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
    8,
    /holds "dtype" twice/,
  ],
  ["a mark before the header", `\ufeff${JSON.stringify({ a: A })}`, 8, /its header is not JSON/],
  ["what is not UTF-8", Uint8Array.of(0x7b, 0xff, 0x7d), 0, /its header is not JSON/],
  ["NaN in the header", '{"a":NaN}', 0, /its header is not JSON/],
];

for (const [what, header, bytes, why] of REFUSED) {
  Deno.test(`SafetensorsFile refuses ${what}, in one sentence`, async () => {
    await assert.rejects(open(header, bytes), (error: Error) => {
      assert(error instanceof SyntaxError);
      assert.match(error.message, /^Cannot read .* as it must be a whole safetensors file: /);
      assert.match(error.message, why);
      return true;
    });
  });
}

Deno.test("SafetensorsFile refuses a header longer than the file or than the format allows, unread", async () => {
  const path = await Deno.makeTempFile();
  for (const length of [1n << 62n, (1n << 64n) - 1n, 13n]) {
    const bytes = new Uint8Array(20);
    new DataView(bytes.buffer).setBigUint64(0, length, true);
    await Deno.writeFile(path, bytes);
    await assert.rejects(SafetensorsFile.open(path), /its header would have \d+ bytes/);
  }
});
