import assert from "node:assert/strict";
import { z } from "zod";
import { answerSchema } from "../../lib/llm/mod.ts";
import { grammarSchema } from "../../lib/llm/_schema.ts";

Deno.test("answerSchema() reads JSON, repairs what is nearly JSON, and says what is wrong else", async () => {
  const schema = await answerSchema(z.object({ score: z.int().min(0).max(5) }));
  assert.deepEqual(schema.parse('{"score": 3}'), { ok: true, value: { score: 3 }, repaired: false });
  for (const text of ['```json\n{"score": 3}\n```', "{score: 3,}", "{'score': 3}", '{"score": 3']) {
    assert.deepEqual(schema.parse(text), { ok: true, value: { score: 3 }, repaired: true }, text);
  }
  const cause = (text: string, truncated = false) => {
    const result = schema.parse(text, { truncated });
    return result.ok ? "ok" : result.cause;
  };
  assert.equal(cause('{"score": 9}'), "schema");
  assert.equal(cause('{"score": null}'), "schema");
  assert.equal(cause("[]"), "schema");
  assert.equal(cause('{"score": 3', true), "truncated");
  assert.equal(cause('{"score": 3}', true), "ok");
  assert.equal(cause(""), "malformed");
  assert.equal(cause("I would say three."), "malformed");
});

Deno.test("answerSchema() takes a JSON schema, and names one that it cannot use", async () => {
  const schema = await answerSchema({
    type: "object",
    properties: { a: { type: "string" } },
    required: ["a"],
  });
  assert.equal(schema.parse('{"a": "b"}').ok, true);
  assert.equal(schema.parse("{}").ok, false);
  await assert.rejects(answerSchema(z.object({ when: z.date() })), TypeError);
  await assert.rejects(answerSchema({ type: "nonsense" }), TypeError);
});

Deno.test("grammarSchema() writes out near bounds, turns anyOf into oneOf and keeps the rest", () => {
  const schema = z.toJSONSchema(z.object({
    score: z.int().min(1).max(3),
    label: z.union([z.string().max(5), z.null()]),
    tags: z.array(z.enum(["a", "b"])).max(2),
  }));
  const { properties } = grammarSchema(schema as never) as {
    properties: Record<string, Record<string, unknown>>;
  };
  assert.deepEqual(properties.score, { enum: [1, 2, 3] });
  assert.deepEqual(properties.label, { oneOf: [{ type: "string", maxLength: 5 }, { type: "null" }] });
  assert.equal(properties.tags.maxItems, 2);
  assert.throws(() => grammarSchema([]), TypeError);
  assert.throws(() => grammarSchema({ allOf: [{}, {}] }), TypeError);
});

Deno.test("grammarSchema() names what a grammar cannot hold, and leaves it out where it may", () => {
  const unheld: [Record<string, unknown>, string][] = [
    [{ type: "string", pattern: "a" }, "pattern"],
    [{ type: "string", format: "email" }, "format"],
    [{ type: "integer", minimum: 0 }, "minimum"],
    [{ type: "integer", exclusiveMaximum: 5 }, "maximum"],
    [{ type: "number", maximum: 1 }, "maximum"],
    [{ type: "number", multipleOf: 2 }, "multipleOf"],
    [{ type: "array", uniqueItems: true }, "uniqueItems"],
    [{ type: "object", patternProperties: {} }, "patternProperties"],
    [{ type: "object", required: ["a"] }, "required"],
    [{ anyOf: [{ type: "string" }], not: { const: "a" } }, "not"],
    [{ type: "string", maxlength: 3 }, "maxlength"],
  ];
  for (const [inner, name] of unheld) {
    const schema = { type: "object", properties: { x: inner } } as never;
    const why = new RegExp(
      `schema at properties.x: a grammar cannot hold ${name}: leave it out, or ask with strict`,
    );
    assert.throws(() => grammarSchema(schema), why);
    const { properties } = grammarSchema(schema, { strict: false }) as { properties: { x: object } };
    assert.equal(Object.hasOwn(properties.x, name), false);
  }
});

Deno.test("grammarSchema() holds recursion, definitions, lists of types and constraints of other types", () => {
  const list = {
    type: ["object", "null"],
    properties: { next: { $ref: "#" }, of: { $ref: "#/definitions/a~1b" } },
  };
  const definitions = { "a/b": { type: ["integer", "null"], minimum: 1, maximum: 2, maxLength: 5 } };
  assert.deepEqual(grammarSchema({ ...list, definitions } as never), {
    $ref: "#/$defs/root",
    $defs: {
      "a/b": { oneOf: [{ enum: [1, 2] }, { type: "null" }] },
      root: {
        oneOf: [
          { type: "object", properties: { next: { $ref: "#/$defs/root" }, of: { $ref: "#/$defs/a/b" } } },
          { type: "null" },
        ],
      },
    },
  });
  const record = z.toJSONSchema(z.record(z.string(), z.int()));
  assert.deepEqual(grammarSchema(record as never), {
    type: "object",
    additionalProperties: { type: "integer" },
  });
});

Deno.test("grammarSchema() counts the choices of one place through definitions, and the whole", () => {
  const ten = (of: unknown) => ({ oneOf: Array(10).fill(of) });
  const $defs = { a: ten({ type: "null" }), b: ten({ $ref: "#/$defs/a" }), c: ten({ $ref: "#/$defs/b" }) };
  grammarSchema({ $defs, ...ten({ $ref: "#/$defs/b" }) } as never);
  const many = { $defs, ...ten({ $ref: "#/$defs/c" }) };
  assert.throws(
    () => grammarSchema(many as never),
    /at most 1024 choices in one place: current value is 10000/,
  );
  const text = "x".repeat(3e5);
  assert.throws(() => grammarSchema({ const: text }), /at most 262144 characters: current value is 300005/);
  const itself = { $ref: "#/$defs/a", $defs: { a: { oneOf: [{ $ref: "#/$defs/a" }] } } };
  assert.throws(() => grammarSchema(itself), {
    name: "SchemaError",
    message: /the definition a is only itself/,
  });
});

Deno.test("grammarSchema() refuses alternatives that recursion doubles, and takes those that part at once", () => {
  const list = (maxItems: number) => ({ type: "array", items: { $ref: "#" }, maxItems });
  const node = (first: Record<string, unknown>) => ({
    type: "object",
    properties: { ...first, inner: { $ref: "#" } },
  });
  const doubled = [
    { oneOf: [list(1), list(2)] },
    { oneOf: [node({ a: { type: "string" } }), node({ a: { const: "x" } })] },
    { oneOf: [node({ op: { enum: ["a", "b"] } }), node({ op: { enum: ["b", "c"] } })] },
    { oneOf: [node({}), { type: "object", additionalProperties: { $ref: "#" } }] },
    { $ref: "#/$defs/a", $defs: { a: { oneOf: [{ $ref: "#/$defs/b" }, list(3)] }, b: list(4) } },
  ];
  // The last one's lists hold the definition, not the whole.
  doubled[4] = JSON.parse(JSON.stringify(doubled[4]).replaceAll('"#"', '"#/$defs/a"'));
  for (const schema of doubled) {
    assert.throws(
      () => grammarSchema(schema as never),
      /at most 1024 choices in one place/,
      JSON.stringify(schema),
    );
  }
  const fine = [
    { oneOf: [{ type: "string" }, { type: "number" }, list(2), node({})] },
    { oneOf: [node({ op: { const: "a" } }), node({ op: { const: "b" } }), node({ not: { type: "null" } })] },
    { oneOf: [list(1), { type: "array", items: { type: "string" } }] },
  ];
  for (const schema of fine) grammarSchema(schema as never);
});

Deno.test("answerSchema() keeps the backslashes of LaTeX, whichever letter follows them", async () => {
  const schema = await answerSchema(z.object({ a: z.string() }));
  const read = (text: string) => {
    const result = schema.parse(text);
    return result.ok ? result.value.a : result.message;
  };
  for (
    const formula of [
      String.raw`$\frac{1}{2} \times \beta \nabla \rho$`,
      String.raw`\(x \to 0, n \ne 1, \nu, \tau, \text{if } \theta\)`,
      String.raw`\alpha \leq \sqrt{2} \{1\}`,
      String.raw`\begin{matrix} \right) \boxed{3} \bar x \forall n`,
    ]
  ) {
    // As a model writes it, and as it should.
    assert.equal(read(`{"a": "${formula}"}`), formula);
    assert.equal(read(JSON.stringify({ a: formula })), formula);
  }
  for (const text of ["two\nlines", "a\ttab", "\nne pas\nu\nTherefore", 'q"uote\\ and \u00e9 / \u2028']) {
    const written = JSON.stringify({ a: text });
    assert.deepEqual(schema.parse(written), { ok: true, value: { a: text }, repaired: false });
  }
});

Deno.test("answerSchema() refuses control characters and halves of characters", async () => {
  const schema = await answerSchema(z.object({ a: z.array(z.string()) }));
  for (
    const escape of [
      String.raw`\u0000`,
      String.raw`\b `,
      String.raw`\f1`,
      String.raw`\ud83d`,
      String.raw`\u001b[1m`,
    ]
  ) {
    assert.deepEqual(schema.parse(`{"a": ["x", "${escape}"]}`), {
      ok: false,
      cause: "malformed",
      message: "a control character stands in a.1",
    }, escape);
  }
});

Deno.test("answerSchema() passes over thinking and prose: the last closed object counts, several alone are none", async () => {
  const schema = await answerSchema(z.object({ a: z.int() }));
  const ok = { ok: true, value: { a: 1 }, repaired: true };
  for (
    const text of [
      'Here is the JSON you asked for:\n{"a": 1}\nLet me know!',
      '<think>\nMaybe {"a": 2}?\n</think>\n\n{"a": 1}',
      'So far {"a": 2}, but finally:\n```json\n{"a": 1}\n```',
      "I'd say {'a': 1}. That's all.",
      "thinking aloud </think> {a: 1,}",
    ]
  ) assert.deepEqual(schema.parse(text), ok, text);
  const nested = await answerSchema(z.object({ a: z.object({ b: z.string() }) }));
  assert.deepEqual(nested.parse('It is {"a": {"b": "} and {"}} (done)'), {
    ok: true,
    value: { a: { b: "} and {" } },
    repaired: true,
  });
  assert.equal(schema.parse('{"a": 1}\n{"a": 2}').ok, false);
  assert.equal(schema.parse("{[}").ok, false);
});

Deno.test("answerSchema() reads Pydantic's definitions and OpenAPI's nullable, and not properties of these names", async () => {
  const pydantic = await answerSchema({
    definitions: { A: { type: "object", properties: { x: { type: "integer" } }, required: ["x"] } },
    type: "object",
    properties: { a: { $ref: "#/definitions/A" }, definitions: { type: "string" } },
    required: ["a"],
  });
  assert.equal(pydantic.parse('{"a": {"x": 1}, "definitions": "y"}').ok, true);
  assert.equal(pydantic.parse('{"a": {"x": "1"}}').ok, false);
  const openapi = await answerSchema({
    type: "object",
    properties: {
      v: { type: "string", nullable: true },
      w: { enum: ["a"], type: "string", nullable: true },
      list: { type: "array", items: { allOf: [{ type: "integer" }], nullable: true } },
      nullable: { type: "boolean" },
    },
    required: ["v"],
  });
  assert.equal(openapi.parse('{"v": null, "w": null, "list": [1, null], "nullable": true}').ok, true);
  assert.equal(openapi.parse('{"v": 3}').ok, false);
  assert.equal(openapi.parse('{"v": "x", "nullable": null}').ok, false);
});
