import assert from "node:assert/strict";
import { countsOf, ranThrough, summary } from "../../lib/task/_tests.ts";

Deno.test("countsOf() reads passed, failed and ignored from the last summary", () => {
  const text =
    "ok | 1 passed | 0 failed (1ms)\nmore\nFAILED | 12 passed (3 steps) | 2 failed | 4 ignored (1s)\n";
  assert.deepEqual(countsOf(text, 1), { passed: 12, failed: 2, skipped: 4 });
  assert.deepEqual(countsOf("ok | 7 passed | 0 failed (2s)\n", 0), { passed: 7, failed: 0, skipped: 0 });
});

Deno.test("countsOf() counts a failure when the run exits with an error and names none", () => {
  assert.deepEqual(countsOf("error: Module not found\n", 1), { passed: 0, failed: 1, skipped: 0 });
  assert.deepEqual(countsOf("ok | 3 passed | 0 failed (2s)\n", 1), { passed: 3, failed: 1, skipped: 0 });
});

Deno.test("summary() adds runs and closes with one line", () => {
  const parts = [{ passed: 3, failed: 0, skipped: 1 }, { passed: 2, failed: 1, skipped: 0 }];
  assert.equal(summary(parts).line, "5 passed, 1 failed, 1 skipped");
});

Deno.test("ranThrough() is false for a module that does not load, a crash, and an error from outside a test", () => {
  assert(ranThrough("running 1 test\nok | 1 passed | 0 failed (1ms)\n"));
  assert(ranThrough("FAILED | 1 passed | 2 failed (1ms)\n"));
  assert(!ranThrough("error: Module not found\n"));
  assert(!ranThrough("running 1 test from a_test.ts\nkilled ...\n"));
  assert(!ranThrough("Uncaught error from a_test.ts FAILED\n\nFAILED | 0 passed | 1 failed (1ms)\n"));
});
