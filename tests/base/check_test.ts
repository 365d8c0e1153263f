import assert from "node:assert/strict";
import {
  distinct,
  inRange,
  knownOptions,
  must,
  nearest,
  oneOf,
  type Range,
  refuseRenamed,
  wholeNumber,
} from "midtrain/base";

const refused = (check: () => void): string => {
  try {
    check();
  } catch (error) {
    assert(error instanceof RangeError || error instanceof TypeError);
    return error.message;
  }
  return "";
};
const isIn = (value: unknown, range: Range) => refused(() => inRange("Cannot try", { value }, range)) === "";

Deno.test("inRange() holds each end of a range as its sign says", () => {
  assert(isIn(0, ">= 0") && !isIn(0, "> 0") && isIn(0, "<= 0") && !isIn(0, "< 0"));
  assert(!isIn(0, "in (0, 1]") && isIn(1, "in (0, 1]") && isIn(0, "in [0, 1)") && !isIn(1, "in [0, 1)"));
  assert(isIn(-0.5, "in [-0.5, 1e-3]") && isIn(1e-3, "in [-0.5, 1e-3]") && !isIn(2e-3, "in [-0.5, 1e-3]"));
  assert(!isIn(0, "finite and positive") && isIn(Number.MIN_VALUE, "finite and positive"));
});

Deno.test("inRange() lets infinity pass only where the range does not say finite, and NaN and text never", () => {
  assert(
    isIn(Infinity, ">= 0") && !isIn(Infinity, "finite and >= 0") && !isIn(Infinity, "a finite number > 0"),
  );
  for (const range of [">= 0", "in [0, 1]", "finite and positive", "<= 1"] as const) {
    for (const value of [NaN, "0.5", undefined, null, [0.5], 1n]) assert(!isIn(value, range), `${range}`);
  }
});

Deno.test("inRange() names the first value that lies outside, its range and itself", () => {
  const low = 0.25;
  assert.equal(
    refused(() => inRange("Cannot plan", { share: 0.5, "cap of web": 0.2 }, `in [${low}, 1]`)),
    "Cannot plan as cap of web must be in [0.25, 1]: current value is 0.2",
  );
});

Deno.test("wholeNumber() refuses fractions, NaN, text and numbers beyond 2^53", () => {
  assert.equal(refused(() => wholeNumber("Cannot train", { steps: 1, batch: 8 }, ">= 1")), "");
  for (const steps of [1.5, NaN, "3", 2 ** 53, undefined]) {
    assert.equal(
      refused(() => wholeNumber("Cannot train", { steps }, ">= 1")),
      `Cannot train as steps must be a whole number >= 1${
        steps === 2 ** 53 ? ", at most 2^53 - 1 in size" : ""
      }: current value is ${steps === "3" ? 'the text "3"' : steps}`,
    );
  }
  assert.equal(
    refused(() => wholeNumber("Cannot train", { workers: 65 }, "in [1, 64]")),
    "Cannot train as workers must be a whole number in [1, 64]: current value is 65",
  );
});

Deno.test("oneOf() takes a list or the keys of an object, and lists what is allowed", () => {
  const said = "Cannot draw as kind must be one of bar, line: current value is constructor";
  assert.equal(refused(() => oneOf("Cannot draw", { kind: "constructor" }, ["bar", "line"])), said);
  assert.equal(refused(() => oneOf("Cannot draw", { kind: "constructor" }, { bar: 1, line: 2 })), said);
  assert.equal(refused(() => oneOf("Cannot draw", { kind: "line" }, { bar: 1, line: 2 })), "");
});

Deno.test("knownOptions() names an unknown option and the one that is meant, else all", () => {
  const known = ["budgetTokens", "maxEpochs"];
  assert.equal(refused(() => knownOptions("Cannot plan", { maxEpochs: 2 }, known)), "");
  assert.match(
    refused(() => knownOptions("Cannot plan", { maxepoch: 2 }, known)),
    /maxepoch: did you mean maxEpochs\?$/,
  );
  assert.match(
    refused(() => knownOptions("Cannot plan", { colour: 2 }, known)),
    /colour: known are budgetTokens, maxEpochs$/,
  );
  assert.equal(
    refused(() => knownOptions("Cannot plan", { seed: 2 }, ["seed"], known)),
    "Cannot plan as budgetTokens must be given: it is not",
  );
  assert.match(
    refused(() => knownOptions("Cannot plan", undefined, known)),
    /must be an object: current value is undefined$/,
  );
});

Deno.test("distinct() names the list and what stands in it twice", () => {
  assert.equal(refused(() => distinct("Cannot mix", { names: [], labels: ["a", "b"] })), "");
  assert.equal(
    refused(() => distinct("Cannot mix", { names: ["a", "b", "b", "a"] })),
    'Cannot mix as names must differ: "b" stands twice',
  );
});

Deno.test("nearest() counts two letters swapped as one slip, and says nothing where nothing is near", () => {
  assert.equal(nearest("sede", ["seed", "steps"]), "seed");
  assert.equal(nearest("x", ["seed", "steps"]), undefined);
  assert.equal(nearest("seed", []), undefined);
});

Deno.test("must() throws the rule and the value, and is silent where it holds", () => {
  assert.equal(refused(() => must("Cannot try", "it must hold", 3, true)), "");
  assert.equal(
    refused(() => must("Cannot try", "it must hold", 3, false)),
    "Cannot try as it must hold: current value is 3",
  );
});

Deno.test("refuseRenamed() says the new name of an old option", () => {
  assert.equal(refused(() => refuseRenamed("Cannot try", { folder: "x" }, { out: "folder" })), "");
  assert.equal(
    refused(() => refuseRenamed("Cannot try", { out: "x" }, { out: "folder" })),
    "Cannot try as the option out is called folder now",
  );
});
