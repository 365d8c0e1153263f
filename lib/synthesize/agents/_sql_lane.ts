import { sha256 } from "../../base/mod.ts";
import type { SqlDatabase, SqlOutcome } from "../../evaluate/mod.ts";

interface Waiting {
  database: SqlDatabase;
  statement: string;
  done: (outcome: SqlOutcome) => void;
  failed: (error: unknown) => void;
}

/** Statements whose outcomes are kept: trajectories are played again to be judged. */
const MOST_KEPT = 2000;
const kept = new Map<string, Promise<SqlOutcome>>();
let waiting: Waiting[] = [];
let busy = false;

/** What a statement does to a database. What is asked for while a process works goes together into the next. */
export function runStatement(database: SqlDatabase, statement: string): Promise<SqlOutcome> {
  const key = sha256(JSON.stringify([database, statement]));
  const known = kept.get(key);
  if (known) return known;
  const outcome = new Promise<SqlOutcome>((done, failed) =>
    waiting.push({ database, statement, done, failed })
  );
  if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value!);
  kept.set(key, outcome);
  outcome.catch(() => kept.delete(key));
  if (!busy) void work();
  return outcome;
}

async function work(): Promise<void> {
  busy = true;
  // Those that are asked for in this turn come along.
  await Promise.resolve();
  while (waiting.length > 0) {
    const group = waiting;
    waiting = [];
    try {
      const { runAllSql } = await import("../../evaluate/mod.ts");
      const jobs = group.map(({ database, statement }) => ({ database, statements: [statement] }));
      const outcomes = await runAllSql(jobs, { repeatable: true });
      group.forEach(({ done }, at) => done(outcomes[at]));
    } catch (error) {
      for (const { failed } of group) failed(error);
    }
  }
  busy = false;
}
