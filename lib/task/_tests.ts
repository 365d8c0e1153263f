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
 * Run `deno test` with the given words, streaming what it prints, and count from its own summary. The tests' and examples'
 * temporary files lie in one folder, which goes with the run.
 */
export async function runTests(args: readonly string[]): Promise<Counts> {
  const folder = await Deno.makeTempDir({ prefix: "midtrain-tests-" });
  try {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", ...args],
      env: { NO_COLOR: "1", TMPDIR: folder },
      stdout: "piped",
    }).spawn();
    let text = "";
    for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
      await Deno.stdout.write(new TextEncoder().encode(part));
      // Only the last lines are read, so that a long run does not grow in memory.
      text = (text + part).slice(-20_000);
    }
    const { code } = await child.status;
    return countsOf(text, code);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Read the counts from the summary that `deno test` prints last. A run that exits with an error counts at least one
 * failure, and so does one that says nothing: a module that does not load must not pass in silence.
 */
export function countsOf(text: string, code: number): Counts {
  const line = [...text.matchAll(/^(?:ok|FAILED) \| (\d+) passed(.*)$/gm)].at(-1);
  const failed = Number(/\| (\d+) failed/.exec(line?.[2] ?? "")?.[1] ?? 0);
  const skipped = Number(/\| (\d+) ignored/.exec(line?.[2] ?? "")?.[1] ?? 0);
  return { passed: Number(line?.[1] ?? 0), failed: code !== 0 ? Math.max(1, failed) : failed, skipped };
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
