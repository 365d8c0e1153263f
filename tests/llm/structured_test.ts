import assert from "node:assert/strict";
import { z } from "zod";
import { answerSchema } from "../../lib/llm/mod.ts";
import { grammarSchema } from "../../lib/llm/_grammar.ts";

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
