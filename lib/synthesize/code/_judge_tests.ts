import type { RunPython } from "../_execute.ts";
import { pythonFault } from "../_python.ts";
import { brokenForms } from "./_broken.ts";

/** What running tests on a solution and on broken forms of it showed. */
export interface TestsCheck {
  /** What it comes to. */
  verdict:
    /** The tests pass on the solution, and fail on broken forms of it. */
    | "good"
    /** It asks for what the sandbox has not: packages, a user's input. */
    | "unknown"
    /** The solution or the tests do not parse. */
    | "code does not parse"
    /** The solution says by itself what is equal or true: tests would believe it. */
    | "equality of its own"
    /** The solution alone does not come to its end. */
    | `code fails${"" | ` (${string})`}`
    /** The tests do not pass on the solution. */
    | `tests fail${"" | ` (${string})`}`
    /** The tests pass on a solution that does nothing, or on every form of it with something changed. */
    | "vacuous tests";
  /** How many broken forms of the solution the tests came to an end on, passed or failed. */
  broken: number;
  /** On how many of them they failed. */
  caught: number;
}

/** Run tests on a solution, and on broken forms of it if they pass. */
export async function judgeTests(
  run: RunPython,
  { solution, tests }: { solution: string; tests: string },
): Promise<TestsCheck> {
  const verdict = (verdict: TestsCheck["verdict"], broken = 0, caught = 0) => ({ verdict, broken, caught });
  const forms = brokenForms(solution);
  if (forms === undefined || pythonFault(solution) !== undefined || pythonFault(tests) !== undefined) {
    return verdict("code does not parse");
  }
  if (/__(?:eq|ne|bool|getattribute|instancecheck|subclasscheck)__/.test(solution)) {
    return verdict("equality of its own");
  }
  // Nothing in a program can know it.
  const begun = crypto.randomUUID();
  const statements = `print("${begun}")\n${tests}\n${calls}`;
  const end = await run(solution, statements);
  if (end === "unknown") return verdict(end);
  if (end !== "ok") {
    const what = end.printed.includes(begun) ? "tests fail" : "code fails";
    return verdict(end.failure === "error" ? what : `${what} (${end.failure})`);
  }
  // A form that does not come as far as the tests, or is stopped, says nothing of what they compare.
  const results: boolean[] = [];
  const caught = async (form: string) => {
    const end = await run(form, statements);
    if (end === "ok") results.push(false);
    else if (end !== "unknown" && end.failure === "error" && end.printed.includes(begun)) results.push(true);
    else return undefined;
    return results.at(-1);
  };
  const idle = forms.idle === undefined ? undefined : await caught(forms.idle);
  if (idle !== false) { for (const form of forms.changed) await caught(form); }
  const changed = results.slice(idle === undefined ? 0 : 1);
  const good = idle !== false && (changed.length === 0 ? idle === true : changed.includes(true));
  return verdict(good ? "good" : "vacuous tests", results.length, results.filter(Boolean).length);
}

/** Calls what tests by its name: functions, and classes of unittest. */
const calls = `
for _name, _test in list(globals().items()):
    if isinstance(_test, type) and hasattr(_test, "addTypeEqualityFunc"):
        import unittest as _unittest
        _results = _unittest.TestResult()
        _unittest.defaultTestLoader.loadTestsFromTestCase(_test).run(_results)
        assert _results.wasSuccessful(), _results.errors + _results.failures
    elif _name.startswith("test") and callable(_test) and not isinstance(_test, type):
        _test()
`;
