import type { PythonEnd, RunPython } from "../_execute.ts";
import { logicalLines, untabbed } from "../_python.ts";

/** Tests of a commit that its repository's files pass or fail, named as pytest names them. */
export interface TestsMoved {
  /** They fail before, and pass after. */
  failToPass: string[];
  /** They pass before and after. */
  passToPass: string[];
  /** What is against the commit, if so. */
  fault?: "tests pass before" | "tests fail after" | "tests are stopped" | "tests did not run";
}

/** Tests that a commit may have at most: each runs twice. */
const MOST_TESTS = 40;

/**
 * The tests of a Python file by name, as pytest finds them: `path::test_x` and `path::TestX::test_y`. Those that take
 * arguments, which are pytest's own to give, are none.
 */
export function testsIn(path: string, text: string): string[] {
  const lines = logicalLines(untabbed(text));
  if (typeof lines === "string") return [];
  const found: string[] = [];
  let name: string | undefined;
  let inside: number | undefined;
  for (const { indent, tokens } of lines) {
    const [{ text: first }, second] = tokens;
    if (indent === 0) {
      name = first === "class" ? second.text : undefined;
      inside = undefined;
    } else inside ??= indent;
    if (first !== "def" || !/^test/.test(second.text)) continue;
    const taken = tokens.slice(tokens.findIndex(({ text }) => text === "(") + 1);
    const plain = name === undefined ? taken[0].text === ")" : taken[1]?.text === ")";
    if (!plain || indent !== (name === undefined ? 0 : inside)) continue;
    found.push([path, ...(name === undefined ? [] : [name]), second.text].join("::"));
  }
  return found;
}

/** Run tests on the files before and after a commit; both hold the tests themselves as they are after it. */
export async function moved(
  run: RunPython,
  tests: readonly string[],
  { before, after }: Record<"before" | "after", ReadonlyMap<string, string>>,
): Promise<TestsMoved> {
  const result: TestsMoved = { failToPass: [], passToPass: [] };
  if (tests.length === 0 || tests.length > MOST_TESTS) return { ...result, fault: "tests did not run" };
  const [old, now] = [placing(before), placing(after)];
  const isError = (end: PythonEnd) => end === "unknown" || end !== "ok" && end.failure === "error";
  const count = { unknown: 0, broken: 0, stopped: 0 };
  for (const test of tests) {
    const end = await run(now, calling(test, after));
    if (end === "unknown") {
      count.unknown++;
      continue;
    }
    const ended = await run(old, calling(test, after));
    if (end === "ok" && ended === "ok") result.passToPass.push(test);
    else if (end === "ok" && isError(ended)) result.failToPass.push(test);
    else if (end === "ok") count.stopped++;
    else if (ended === "ok") count.broken++;
  }
  if (count.unknown === tests.length) return { ...result, fault: "tests did not run" };
  if (count.broken > 0) return { ...result, fault: "tests fail after" };
  if (result.failToPass.length > 0) return result;
  if (count.stopped > 0) return { ...result, fault: "tests are stopped" };
  return { ...result, fault: result.passToPass.length > 0 ? "tests pass before" : "tests fail after" };
}

/** A program that puts files into the sandbox's memory. */
function placing(files: ReadonlyMap<string, string>): string {
  return `import json, os, sys
for _path, _text in json.loads(${literal(Object.fromEntries(files))}).items():
    os.makedirs(os.path.dirname("/repository/" + _path), exist_ok=True)
    with open("/repository/" + _path, "w", encoding="utf-8", newline="") as _file:
        _file.write(_text)
os.chdir("/repository")
sys.path[:0] = ["/repository", "/repository/src"]
`;
}

/** Statements that run one test. */
function calling(test: string, files: ReadonlyMap<string, string>): string {
  const [path, ...names] = test.split("::");
  // As pytest: a module is named from the first folder up that is no package.
  const parts = path.replace(/\.py$/, "").split("/");
  let top = parts.length - 1;
  while (top > 0 && files.has([...parts.slice(0, top), "__init__.py"].join("/"))) top--;
  const folder = ["/repository", ...parts.slice(0, top)].join("/");
  return `import importlib, sys, unittest
sys.path.insert(0, ${JSON.stringify(folder)})
_module = importlib.import_module(${JSON.stringify(parts.slice(top).join("."))})
_named = getattr(_module, ${JSON.stringify(names[0])})
_method = ${JSON.stringify(names[1] ?? "")}
if not _method:
    _named()
elif issubclass(_named, unittest.TestCase):
    _result = unittest.TestResult()
    unittest.TestSuite([_named(_method)]).run(_result)
    assert _result.wasSuccessful() and _result.testsRun == 1 and not _result.skipped, (_result.errors + _result.failures)
else:
    getattr(_named(), _method)()
`;
}

/** Data as a text of Python that holds JSON. */
function literal(data: unknown): string {
  return JSON.stringify(JSON.stringify(data));
}
