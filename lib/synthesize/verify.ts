import type { Document, Documents, OnDrop } from "../data/mod.ts";
import { each, takes } from "../base/mod.ts";
import { executeTogether, rounded } from "./_execute.ts";

/** Options of {@linkcode verifyByExecution}. */
export interface VerifyByExecutionOptions {
  /** Called with every document whose program does not give its answer. */
  onDrop?: OnDrop;
}

/**
 * Keep documents whose `meta.program`, executed in the sandbox, gives their `meta.answer`.
 *
 * For programs of our own making, such as those of `arithmeticProblems`: many run in one sandbox. What a model wrote is
 * executed by `solve`, each program alone.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { arithmeticProblems, verifyByExecution } from "midtrain/synthesize";
 *
 * const problems = arithmeticProblems({ count: 20 });
 * assert.deepEqual(await Array.fromAsync(verifyByExecution(problems)), problems);
 * ```
 */
export async function* verifyByExecution(
  documents: Documents,
  options: VerifyByExecutionOptions = {},
): AsyncGenerator<Document> {
  takes("Cannot verify by execution", options, "onDrop?");
  let batch: Document[] = [];
  for await (const document of each("Cannot verify by execution", { documents }, "an object with id, meta")) {
    batch.push(document);
    if (batch.length < batchSize) continue;
    yield* verified(batch, options);
    batch = [];
  }
  if (batch.length > 0) yield* verified(batch, options);
}

/** Starting a sandbox costs as much as thousands of sums. */
const batchSize = 256;

async function* verified(batch: Document[], { onDrop }: VerifyByExecutionOptions): AsyncGenerator<Document> {
  const results = await executeTogether(batch.map(({ meta }) => String(meta.program)));
  for (const [at, document] of batch.entries()) {
    const result = results[at];
    const { program, answer } = document.meta;
    if ("value" in result && typeof answer === "number" && result.value === rounded(answer)) {
      yield document;
      continue;
    }
    onDrop?.({
      id: document.id,
      source: document.source,
      stage: "synthesize/verify",
      reason: "value" in result ? "wrong answer" : "program failed",
      excerpt: `${program} gives ${"value" in result ? result.value : result.failure}, not ${answer}`,
    });
  }
}
