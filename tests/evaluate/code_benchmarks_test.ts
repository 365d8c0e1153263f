import assert from "node:assert/strict";
import {
  type Asker,
  type Benchmark,
  benchmarks,
  evaluate,
  fillForm,
  humanEvalNl,
} from "../../lib/evaluate/mod.ts";
import { passes } from "../../lib/evaluate/benchmarks/_verdict.ts";
import { PythonGroup } from "../../lib/evaluate/python_group.ts";
import {
  cruxeval,
  humanEval,
  humanEvalInfilling,
  humanEvalPack,
  mbpp,
  quixbugs,
} from "../../lib/sets/mod.ts";

const sets = [cruxeval, humanEval, humanEvalInfilling, humanEvalPack, mbpp, quixbugs];
const ignore = !(await Promise.all(sets.map((set) => set.available()))).every(Boolean);
const usage = { promptTokens: 0, completionTokens: 0 };

/** A model that answers a prompt by a table. */
function answering(answer: (prompt: string) => string): Asker {
  return {
    complete: ({ prompt }) =>
      Promise.resolve({ text: answer(prompt), finishReason: "stop", usage, cached: false }),
  };
}

/** One item, asked as the benchmark asks by default, with an answer that is given. */
async function graded(benchmark: Benchmark, limit: number, answerTo: (item: never, gold: string) => string) {
  const form = Object.values(benchmark.forms)[0];
  const answers = new Map<string, string>();
  for await (const item of benchmark.items()) {
    const shots = (await form.pool?.(item) ?? []).filter(({ id }) => id !== item.id).slice(0, form.shots);
    const asked = form.ask(item, shots);
    assert("prompt" in asked);
    answers.set(asked.prompt, answerTo(item as never, asked.gold));
    if (answers.size === limit) break;
  }
  const { items } = await evaluate(answering((prompt) => answers.get(prompt)!), benchmark, {
    ...{ limit, subset: "first" },
  });
  return items.map(({ scores }) => scores);
}

Deno.test({
  name: "gold answers of each code benchmark pass, by running them",
  ignore,
  async fn(t) {
    const names = ["humaneval", "mbpp", "infilling-random-span-light", "humaneval-fix-python", "quixbugs"];
    for (const name of [...names, "humaneval-fix-javascript", "cruxeval-input", "cruxeval-output"]) {
      await t.step(name, async () => {
        const [scores] = await graded(benchmarks[name], 1, (_, gold) => gold);
        assert.equal(scores["pass@1"], 1);
      });
    }
  },
});

Deno.test({
  name: "programs with a bug do not pass, nor does what is no program",
  ignore,
  async fn(t) {
    for (const name of ["humaneval-fix-python", "humaneval-fix-javascript"]) {
      await t.step(name, async () => {
        const found = await graded(benchmarks[name], 1, ({ buggy }: { buggy: string }) => buggy);
        assert.deepEqual(found, [{ "pass@1": 0 }]);
      });
    }
    const bugs = await Array.fromAsync(quixbugs.read());
    const bug = bugs.find(({ id }) => id === "quixbugs/bucketsort")!;
    assert.equal((await benchmarks.quixbugs.rules!["pass@1"].grade(bug, bug.buggy)).score, 0);
    const empty = await graded(benchmarks["humaneval-fix-javascript"], 2, () => "");
    assert.deepEqual(empty, [{ "pass@1": 0 }, { "pass@1": 0 }]);
  },
});

Deno.test({
  name:
    "a JavaScript answer that silences console.assert, hides it, or opens a comment before the tests does not pass",
  ignore,
  async fn() {
    const [item] = await Array.fromAsync(humanEvalPack.read({ language: "javascript" }));
    const rule = benchmarks["humaneval-fix-javascript"].rules!["pass@1"];
    const bodies = [
      "  console.assert = () => {}\n  return false;\n}",
      "  Object.defineProperty(console, 'assert', { value() {} })\n}",
      "  globalThis.console = { assert() {} }\n  return false;\n}",
      "  return false } /*\n}",
      "  return false }; const console = { assert() {} }; {\n}",
      "  return false }; Deno.exit(0); {\n}",
    ];
    for (const body of bodies) assert.equal((await rule.grade(item, body)).score, 0, body);
  },
});

Deno.test({
  name:
    "rules differ as they are known to: lm-eval's CRUXEval strips quotes, its single lines lose their ends",
  ignore,
  async fn() {
    const { rules = {} } = benchmarks["cruxeval-output"];
    const texts = await Array.fromAsync(cruxeval.read());
    const item = texts.find(({ output }) => output.startsWith("'"))!;
    const answer = `[ANSWER]\nassert f(${item.input}) == ${item.output}\n`;
    await using group = new PythonGroup();
    assert.equal((await rules["pass@1"].grade(item, answer, group)).score, 1);
    assert.equal((await rules["lm-eval"].grade(item, answer, group)).score, 0);
    const [scores] = await graded(benchmarks["infilling-single-line"], 1, (_, gold) => gold);
    assert.deepEqual(scores, { "pass@1": 1, "lm-eval": 0 });
  },
});

Deno.test({
  name:
    "CRUXEval takes a literal, not the call, an expression that equals everything, or code behind a parenthesis",
  ignore,
  async fn() {
    const [item] = await Array.fromAsync(cruxeval.read());
    await using group = new PythonGroup();
    const { grade } = benchmarks["cruxeval-output"].rules!["pass@1"];
    const equal = "type('X', (), {'__eq__': lambda *a: True})()";
    for (
      const answer of [`f(${item.input})`, `f( ${item.input} )`, equal, `[${equal}]`, "1) or (1", "1 #", ""]
    ) {
      assert.equal((await grade(item, answer, group)).score, 0, answer);
    }
    const input = benchmarks["cruxeval-input"].rules!["pass@1"];
    for (const answer of [`f(${equal})`, `f(*[0]) or ${item.output}`, item.input]) {
      assert.equal((await input.grade(item, answer, group)).score, 0, answer);
    }
    assert.equal((await input.grade(item, `f([1, 1, 3, 1, 3, 1])`, group)).score, 1);
  },
});

/** Answers to "add two numbers" that are wrong and want to pass. */
const forgers: Record<string, string> = {
  "equals everything": "class X:\n    def __eq__(self, other): return True\ndef add(a, b): return X()",
  "equals everything in a list":
    "class L(list):\n    def __eq__(self, other): return True\n    def __len__(self): return 1\ndef add(a, b): return L()",
  "is a number that equals everything":
    "class I(int):\n    def __eq__(self, other): return True\n    __hash__ = int.__hash__\ndef add(a, b): return I(7)",
  "is a text that equals everything":
    "class S(str):\n    def __eq__(self, other): return True\n    __hash__ = str.__hash__\ndef add(a, b): return S('x')",
  "is a float that is near everything":
    "class F(float):\n    def __sub__(self, o): return 0.0\n    __rsub__ = __sub__\n    __eq__ = lambda *a: True\ndef add(a, b): return F(99)",
  "has a class that lies":
    "class X:\n    __class__ = int\n    __eq__ = lambda *a: True\ndef add(a, b): return X()",
  "has a metaclass that lies":
    "class M(type):\n    __flags__ = 256\n    __eq__ = lambda *a: True\n    __hash__ = type.__hash__\nclass X(metaclass=M):\n    def __eq__(self, o): return True\ndef add(a, b): return X()",
  "is a class": "class add:\n    def __init__(self, *a): pass\n    def __eq__(self, o): return True",
  "is an object that can be called":
    "class A:\n    def __call__(self, *a): return self\n    def __eq__(self, o): return True\nadd = A()",
  "hides in a queue":
    "import collections\nclass X:\n    __eq__ = lambda *a: True\ndef add(a, b): return collections.deque([X()])",
  "has another len, abs and isinstance":
    "import builtins\nbuiltins.len = builtins.abs = builtins.isinstance = builtins.type = lambda *a: 0\ndef add(a, b): return 0",
  "has another AssertionError":
    "import builtins\nbuiltins.AssertionError = type('Q', (BaseException,), {'__init__': lambda *a: exit(0)})\ndef add(a, b): return 0",
  "changes builtins as it is called":
    "def add(a, b):\n    import builtins\n    builtins.len = lambda *a: 3\n    builtins.__build_class__ = None\n    return 0",
  "makes its own check": "def check(f): pass\ndef add(a, b): return 0",
  "prints what a judge may print": "print('ok')\nprint('{\"passed\": true}')\ndef add(a, b): return 0",
  "leaves": "def add(a, b):\n    import sys\n    sys.exit(0)",
  "leaves at once": "def add(a, b):\n    import os\n    os._exit(0)",
  "raises what leaves": "def add(a, b): raise SystemExit(0)",
  "raises what ends a generator": "def add(a, b): raise StopIteration",
  "gives itself": "def add(a, b): return add",
  "gives nothing": "def add(a, b): pass",
  "is not there": "x = 1",
  "never ends": "def add(a, b):\n    while True:\n        try: add(a, b)\n        except BaseException: pass",
  "defines another name":
    "add = type('A', (), {'__getattr__': lambda *a: a, '__call__': lambda s, *a: s, '__eq__': lambda *a: True})()",
};

Deno.test(`none of ${Object.keys(forgers).length} answers passes that are wrong and want to be called right`, async () => {
  const tests = `
def check(candidate):
    assert candidate(1, 2) == 3
    assert abs(candidate(1, 2) - 3) < 1e-6
    assert len([candidate(0, 0)]) == 1
check(add)`;
  await using group = new PythonGroup();
  const task = { tests, names: ["add"], reference: "def add(a, b): return a + b", group };
  assert.equal(await passes(task.reference, task), true);
  const through: string[] = [];
  for (const [name, program] of Object.entries(forgers)) {
    if (await passes(program, task, 2)) through.push(name);
  }
  assert.deepEqual(through, []);
});

Deno.test("results that stand for plain values pass: counts, named tuples, generators, objects that the tests define", async () => {
  const program = `
import collections, decimal
P = collections.namedtuple("P", "x y")
def counts(text): return collections.Counter(text)
def point(): return P(1, 2)
def squares(n): return (i * i for i in range(n))
def rest(node): return node.next
def money(): return decimal.Decimal("1.50")
`;
  const tests = `
class Node:
    def __init__(self, next): self.next = next
assert counts("aab") == {"a": 2, "b": 1}
assert point() == (1, 2)
assert list(squares(4)) == [0, 1, 4, 9]
end = Node(None)
assert rest(Node(end)) is end
assert money() == money()
`;
  const task = { tests, names: ["counts", "point", "squares", "rest", "money"], reference: program };
  assert.equal(await passes(program, task), true);
});

Deno.test("a slow right answer has the time that the reference needs, one that never ends has not more", async () => {
  await using group = new PythonGroup();
  const slow = "def f():\n    for n in range(3 * 10**7): pass\n    return 1";
  assert.equal(
    await passes(slow, { tests: "assert f() == 1", names: ["f"], reference: slow, group }, 1),
    true,
  );
  const quick = { tests: "assert f() == 1\n", names: ["f"], reference: "def f(): return 1", group };
  assert.equal(await passes("def f():\n    while True: pass", quick, 1), false);
});

Deno.test({
  name: "HumanEval-NL runs what the writer makes of a description, and cuts that at the docstring's length",
  ignore,
  async fn() {
    const [item] = await Array.fromAsync(humanEvalPack.read({ language: "python" }));
    const prompts: string[] = [];
    const right = answering((prompt) => (prompts.push(prompt), item.solution));
    const told = await humanEvalNl(right).rules!["written back"].grade(item, "x".repeat(10_000));
    assert.equal(told.score, 1);
    assert.equal(told.extracted!.length, item.docstring.length);
    assert(prompts[0].startsWith(`${told.extracted}\n`) && prompts[0].endsWith(item.declaration));
    const wrong = humanEvalNl(answering(() => item.buggy)).rules!["written back"];
    assert.equal((await wrong.grade(item, "some words")).score, 0);
    assert.deepEqual(await wrong.grade(item, " "), { score: 0, extracted: null });
  },
});

Deno.test({
  name:
    "MBPP's prompt has three worked problems with the line ends of the set, and never the one that is asked",
  ignore,
  async fn() {
    const { forms, items } = benchmarks["mbpp-974"];
    const { ask, pool } = forms["lm-eval"];
    const [, second] = await Array.fromAsync(items());
    const others = (await pool!(second)).filter(({ id }) => id !== second.id);
    const asked = ask(second, others.slice(0, 3));
    assert("prompt" in asked);
    assert.equal(asked.prompt.split("[DONE]").length, 4);
    assert(asked.prompt.includes("import math\r\ndef is_not_prime(n):\r\n"));
    assert(!asked.prompt.includes(second.solution) && asked.prompt.endsWith("[BEGIN]\n"));
  },
});

Deno.test("a gap is asked for with the sentinels that are given", () => {
  const form = fillForm({ prefix: "<P>", suffix: "<S>", middle: "<M>", stop: ["<E>"] });
  const item = {
    id: "x",
    prompt: "a",
    suffix: "b",
    solution: "c",
    entryPoint: "f",
    tests: "",
    split: "test",
  } as const;
  assert.deepEqual(form.ask(item, []), {
    ...{ prompt: "<P>a<S>b<M>", stop: ["<P>", "<S>", "<M>", "<E>"], maxTokens: 512, gold: "c" },
  });
  const wrong: object = { prefix: 1, suffix: "", middle: "" };
  assert.throws(() => fillForm(wrong as never), /prefix must be a text/);
});
