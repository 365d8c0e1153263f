import assert from "node:assert/strict";
import { each, type Kind, knownOptions, ofKind, takes } from "midtrain/base";

const refused = (value: unknown, kind: Kind): string => {
  try {
    ofKind("Cannot try", { value }, kind);
  } catch (error) {
    assert(error instanceof TypeError);
    return error.message.replace("Cannot try as value", "");
  }
  return "";
};

Deno.test("ofKind() lets what is of the kind pass", () => {
  const iterators = [[], new Set(), new Float64Array(1), new Map().values(), (async function* () {})()];
  for (const value of iterators) assert.equal(refused(value, "a list or another iterable"), "");
  for (const value of [[], [1], new Float64Array(1), { length: 0 }]) {
    assert.equal(refused(value, "a list of numbers"), "");
  }
  assert.equal(refused([{ a: 0, b: null }], "a list of objects with a, b"), "");
  assert.equal(refused(Object.assign(() => 0, { a: 1 }), "an object with a"), "");
  assert.equal(refused([], "a list of texts") + refused("", "a text") + refused(isNaN, "a function"), "");
});

Deno.test("ofKind() names the value by its kind, its place and what it lacks", () => {
  assert.equal(refused(undefined, "a list"), " must be a list: current value is undefined");
  assert.equal(refused({}, "a list of texts"), " must be a list of texts: current value is an object");
  assert.equal(refused(["a", 5], "a list of texts"), "[1] must be a text: current value is 5");
  assert.equal(refused([null], "a list of objects"), "[0] must be an object: current value is null");
  assert.equal(
    refused([{ a: 1 }], "a list of objects with a, b"),
    "[0] must be an object with a, b: it lacks b and has a",
  );
  assert.equal(refused({}, "an object with a"), " must be an object with a: it lacks a and has nothing");
  assert.equal(refused([], "an object with a"), " must be an object with a: current value is a list");
  assert.equal(
    refused("text", "a list or another iterable"),
    " must be a list or another iterable: current value is a text: give the values, not a path or a name",
  );
});

Deno.test("a text that may be a key is in no message", () => {
  for (const kind of ["a list", "an object", "a function", "a list or another iterable"] as const) {
    assert.doesNotMatch(refused("sk-secret", kind), /secret/);
  }
  assert.throws(
    () => knownOptions("Cannot open a model", "sk-secret", []),
    (error: Error) => !/secret/.test(error.message),
  );
});

Deno.test("takes() reads names as a type writes them", () => {
  takes("Cannot draw", { x: 1 }, "x, title?");
  assert.throws(
    () => takes("Cannot draw", { titel: 1 }, "x, title?"),
    /no option titel: did you mean title\?/,
  );
  assert.throws(
    () => takes("Cannot draw", { title: 1 }, "x, title?"),
    /Cannot draw as x must be given: it is not/,
  );
  assert.throws(
    () => takes("Cannot draw", [], "x?"),
    /its options must be an object: current value is a list/,
  );
});

Deno.test("each() passes a stream on and closes it when its reader stops", async () => {
  let closed = false;
  const documents = (function* () {
    try {
      yield* [{ id: 1 }, { id: 2 }, {}];
    } finally {
      closed = true;
    }
  })();
  for await (
    const { id } of each("Cannot read", { documents }, "an object with id") as AsyncIterable<{ id: number }>
  ) {
    if (id === 2) break;
  }
  assert(closed);
});
