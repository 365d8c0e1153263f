/** How a run of tests ended. */
export interface Counts {
  /** Tests that passed. */
  passed: number;
  /** Tests that failed, and files that did not load or type-check. */
  failed: number;
  /** Tests that were ignored; their names say why. */
  skipped: number;
}

/**
 * Read the counts from the summary that `deno test` prints last. A run that exits with an error counts at least one
 * failure, and so does one that says nothing: a module that does not load must not pass in silence.
 */
export function countsOf(text: string, code: number): Counts {
  const line = lastLine(text);
  const failed = Number(/\| (\d+) failed/.exec(line?.[2] ?? "")?.[1] ?? 0);
  const skipped = Number(/\| (\d+) ignored/.exec(line?.[2] ?? "")?.[1] ?? 0);
  return { passed: Number(line?.[1] ?? 0), failed: code !== 0 ? Math.max(1, failed) : failed, skipped };
}

/** Whether `deno test` ran every test that it was given: all modules loaded, nothing crashed, no error came from outside a test. */
export function ranThrough(text: string): boolean {
  return lastLine(text) !== undefined && !/^Uncaught error from /m.test(text);
}

function lastLine(text: string): RegExpMatchArray | undefined {
  return [...text.matchAll(/^(?:ok|FAILED) \| (\d+) passed(.*)$/gm)].at(-1);
}

/** The sum of several runs, and the line that closes them. */
export function summary(parts: readonly Counts[]): Counts & { line: string } {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const part of parts) {
    sum.passed += part.passed;
    sum.failed += part.failed;
    sum.skipped += part.skipped;
  }
  return { ...sum, line: `${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped` };
}
