import { agentBenchDatabases, type DatabaseTask } from "../../sets/mod.ts";
import { runSql, type SqlRun } from "../_sql.ts";
import type { SqlResult, SqlValue } from "../sql.ts";
import type { Benchmark, Form, Rule } from "../benchmark.ts";

const SOURCE = "AgentBench, THUDM/AgentBench at 578c5e9f";

/** Statements that an agent may run before it must answer, as in AgentBench. */
const MOST_ROUNDS = 5;

const INSTRUCTION =
  `You work on an SQLite database with one table, and either answer a question about it or change it as told.
Think first. Then either run one statement, on one line and in this form:
Action: Operation
\`\`\`sql
SELECT * FROM "the table" LIMIT 3;
\`\`\`
Its result is shown to you, and you go on; you may run ${MOST_ROUNDS} statements. Or give the answer, in this form:
Action: Answer
Final Answer: ["first value", "second value"]
The values must be those of the table, exactly. After a change any answer will do.`;

const form: Form<DatabaseTask> = {
  source: `midtrain, in AgentBench's form of actions, with its ${MOST_ROUNDS} rounds`,
  ...{ shots: 0, draw: "first" },
  ask: (task) => ({
    prompt: `${INSTRUCTION}\n\n${task.question}\n${task.about}\n\n`,
    // What comes behind a result is the kit's to say.
    stop: ["\nResult:"],
    maxTokens: 512,
    gold: changes(task)
      ? `Action: Operation\n\`\`\`sql\n${
        task.label[0].trim()
      }\n\`\`\`\nAction: Answer\nFinal Answer: ["done"]`
      : `Action: Answer\nFinal Answer: ${JSON.stringify(task.label)}`,
    async reply(written) {
      const { answer, statements, asks } = actionsOf(written);
      if (answer !== undefined || !asks || statements.length > MOST_ROUNDS) return undefined;
      const { results } = await runSql(task.table, statements);
      return `\nResult: ${said(results.at(-1)!)}\n\n`;
    },
  }),
};

/** What an agent wrote: its statements in order, and its answer. */
function actionsOf(written: string): { statements: string[]; answer: string | undefined; asks: boolean } {
  const statements: string[] = [];
  let answer: string | undefined;
  let end = 0;
  for (const { 0: all, 1: kind, index } of written.matchAll(/^Action: *(Operation|Answer)\b/gm)) {
    const rest = written.slice(index + all.length);
    if (kind === "Answer") {
      answer = /^Final Answer: *(.*)/m.exec(rest)?.[1].trim();
      break;
    }
    const block = /^\s*\`\`\`(?:sql)?\s*\n([\s\S]*?)\n?\`\`\`/.exec(rest);
    if (!block) break;
    statements.push(block[1].trim());
    end = index + all.length + block[0].length;
  }
  // Behind the last statement stands no result yet.
  return { statements, answer, asks: statements.length > 0 && !written.slice(end).includes("\nResult: ") };
}

/** Characters of a result that are shown, as in AgentBench. */
const MOST_CHARACTERS = 800;

function said(result: SqlResult): string {
  const text = "error" in result ? `Error: ${result.error}` : JSON.stringify(result.rows);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)} [cut]` : text;
}

function changes({ kind }: DatabaseTask): boolean {
  return kind === "INSERT" || kind === "UPDATE";
}

/** The answers of a list in JSON, or in Python's quotes; anything else is one answer. */
function valuesOf(answer: string): string[] {
  const inner = /^\[(.*)\]$/s.exec(answer)?.[1];
  if (inner === undefined) return [answer];
  const values: string[] = [];
  for (
    const [, double, single, bare] of inner.matchAll(/"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|([^,\s][^,]*)/g)
  ) {
    values.push(double !== undefined ? JSON.parse(`"${double}"`) : (single ?? bare).trim());
  }
  return values;
}

/** A value as AgentBench compares it: no percent sign, no commas; words for nothing are 0. */
function plainValue(value: string): string {
  const text = value.trim().replace(/^['"]+|['"]+$/g, "");
  if (text.endsWith("%")) return text.slice(0, -1).trim();
  const bare = text.replaceAll(",", "");
  return /^(?:none|null|undefined|nan|-?inf(?:inity)?|)$/i.test(bare) ? "0" : bare;
}

const TOLERANCE = 1e-2;

/** AgentBench's comparison: as sets, and numbers to a hundredth, each against one of the other side. */
function sameValues(given: readonly string[], right: readonly string[]): boolean {
  const a = given.map(plainValue);
  const b = right.map(plainValue);
  const number = (text: string) => text.trim() !== "" && Number.isFinite(Number(text));
  if ([...a, ...b].every(number)) {
    const left = b.map(Number);
    return a.length === b.length && a.every((value) => {
      const at = left.findIndex((other) => Math.abs(other - Number(value)) <= TOLERANCE);
      if (at >= 0) left.splice(at, 1);
      return at >= 0;
    });
  }
  return new Set(a).size === new Set(b).size && a.every((value) => b.includes(value));
}

const states = new WeakMap<DatabaseTask, Promise<SqlValue[][] | null>>();

/** The table after the right change. */
function goldState(task: DatabaseTask): Promise<SqlValue[][] | null> {
  const known = states.get(task);
  if (known) return known;
  const found = runSql(task.table, [task.label[0]]).then(({ state, results }) =>
    "error" in results[0] ? null : state
  );
  states.set(task, found);
  return found;
}

const judged: Rule<DatabaseTask> = {
  source: `${SOURCE}: answers as sets, numbers to 0.01; after a change the whole table, in SQLite`,
  version: 1,
  async grade(task, written) {
    const { answer, statements } = actionsOf(written);
    if (answer === undefined) return { score: 0, extracted: null };
    if (!changes(task)) return { score: Number(sameValues(valuesOf(answer), task.label)), extracted: answer };
    const { state }: SqlRun = await runSql(task.table, statements.slice(0, MOST_ROUNDS));
    const gold = await goldState(task);
    const same = gold !== null && state !== null && JSON.stringify(state) === JSON.stringify(gold);
    return { score: Number(same), extracted: statements.join("; ") || answer };
  },
};

const valid: Rule<DatabaseTask> = {
  source: "midtrain: an answer was given in the form of actions, and every statement ran",
  version: 1,
  async grade(task, written) {
    const { answer, statements } = actionsOf(written);
    if (answer === undefined) return { score: 0, extracted: null };
    if (statements.length === 0) return { score: 1, extracted: answer };
    const { results } = await runSql(task.table, statements.slice(0, MOST_ROUNDS));
    return {
      score: Number(results.every((result) => !("error" in result))),
      extracted: statements.join("; "),
    };
  },
};

/**
 * AgentBench's tasks on databases, executed in SQLite where AgentBench has MySQL: the model runs statements, sees their results and
 * answers. Questions are compared with the label, changes with the table after the right statement.
 */
export const agentBenchDb: Benchmark<DatabaseTask> = {
  name: "agentbench-db",
  title: "AgentBench, databases: 120 questions and 240 changes, in SQLite",
  source: "Liu et al. 2023, arXiv 2308.03688",
  version: 1,
  items: () => agentBenchDatabases.read(),
  group: ({ kind }) => kind,
  forms: { actions: form },
  rules: { agentbench: judged, valid },
  leak: ({ question, label }) => ({ question, answer: label.join(", ") }),
};
