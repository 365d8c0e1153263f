import assert from "node:assert/strict";
import { brokenForms, splitTests } from "../../../lib/synthesize/code/_broken.ts";
import { judgeTests } from "../../../lib/synthesize/code/_judge_tests.ts";
import { pythonFault } from "../../../lib/synthesize/_python.ts";
import { verifyTests } from "../../../lib/synthesize/mod.ts";
import { readLibrary } from "./_library.ts";
import { runAllPythonSandboxed } from "../../../lib/evaluate/mod.ts";

const solution = `import math

def area(r: float, scale=1.0) -> float:
    """Area 3."""
    if r < 0:
        raise ValueError("negative")
    return math.pi * r ** 2

class Whale:
    kind = "mammal"
    def __init__(self, mass): self.mass = mass
    async def eats(self, days):
\t    total = 0
\t    for day in range(days):
\t        total += 4
\t    return total
`;

Deno.test("a program is broken where its functions compute, at places spread over it, and stays a program", () => {
  const { idle, changed } = brokenForms(solution)!;
  assert.equal(idle!.match(/return None/g)!.length, 3);
  assert.doesNotMatch(idle!, /math\.pi|total|self\.mass =/);
  const own = solution.replaceAll("\t", "        ").split("\n");
  const lines = changed.map((form) => form.split("\n").filter((line, at) => line !== own[at]));
  assert.deepEqual(lines.map((one) => one.map((line) => line.trim())), [
    ["if r >= 0:"],
    ['raise ValueError(("negative" + "?"))'],
    ["total = (0 + 1)"],
    ["total += (4 + 1)"],
  ]);
  assert.equal(brokenForms("def f(:"), undefined);
});

Deno.test("the broken forms of CPython's own library all parse", async () => {
  const { files } = await readLibrary();
  const forms = files.filter((_, at) => at % 12 === 0).flatMap(({ id, text }) => {
    const broken = brokenForms(text);
    assert(broken !== undefined || pythonFault(text) !== undefined, id);
    return broken ? [broken.idle ?? "", ...broken.changed] : [];
  });
  assert(forms.length > 100);
  const code = `import ast, json\nfor text in json.loads(${
    JSON.stringify(JSON.stringify(forms))
  }):\n    ast.parse(text)`;
  const [{ status, stderr }] = await runAllPythonSandboxed([{ code, group: "forms" }], {
    timeoutSeconds: 60,
    memoryMegabytes: 512,
  });
  assert.equal(status, "ok", stderr.slice(-2000));
});

Deno.test("a text is cut into a program and its tests, whatever order they stand in", () => {
  const text = `import math
x = 3
assert x == 3
@cache
def f(n):
    return n
for n in range(3):
    assert f(n) == n
print(f(2))
y = f(x)
@mark
def test_f():
    pass
if __name__ == "__main__":
    main()
else:
    other()
`;
  const { program, tests } = splitTests(text)!;
  assert.equal(program, "import math\nx = 3\n@cache\ndef f(n):\n    return n\ny = f(x)\n");
  assert.equal(tests.split("\n")[0], "assert x == 3");
  assert.match(tests, /print\(f\(2\)\)\n@mark\ndef test_f\(\):\n {4}pass\nif __name__/);
});

Deno.test("verifyTests() tells tests that test from those that do not, in every habit of writing them", async () => {
  const krill = "def krill(days):\n    return 4 * days";
  const cases: [tests: string, verdict: string][] = [
    ["def test_krill():\n    assert krill(2) == 8", "good"],
    [
      "import unittest\nclass TestKrill(unittest.TestCase):\n    def test_two(self):\n        self.assertEqual(krill(2), 8)",
      "good",
    ],
    ["assert krill(2) == 9", "tests fail"],
    ["class TestKrill:\n    def test_two(self):\n        assert krill(2) == 8", "vacuous tests"],
    ["assert krill(2) is not None", "vacuous tests"],
    ["assert krill(", "code does not parse"],
    ["raise SystemExit(0)", "tests fail"],
  ];
  const found = await Promise.all(cases.map(([tests]) => verifyTests({ solution: krill, tests })));
  assert.deepEqual(found.map(({ verdict }) => verdict), cases.map(([, verdict]) => verdict));
});

Deno.test("a broken form that a limit stops is no catch: a slow machine accepts no more than a fast one", async () => {
  const solution = "def count(n):\n    while n > 0:\n        n -= 1\n    return n";
  const tests = "assert count(3) is not None";
  // As the sandbox ends them: the form that counts upwards is stopped, the idle one fails, the others pass.
  const verdictWhere = (stopped: string) =>
    judgeTests((code, statements) => {
      const printed = /"(.*)"/.exec(statements!)![1];
      if (code.includes("n += 1")) return Promise.resolve({ failure: stopped, printed });
      return Promise.resolve(code.includes("while") ? "ok" : { failure: "error", printed });
    }, { solution, tests });
  assert.deepEqual(await verdictWhere("timeout"), { verdict: "vacuous tests", broken: 4, caught: 1 });
  assert.deepEqual(await verdictWhere("error"), { verdict: "good", broken: 5, caught: 2 });
});
