import { basename } from "node:path";
import { ofKind } from "../base/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** A task on an operating system. */
export interface SystemTask {
  /** `agentbench-os/` and its place in the file. */
  id: string;
  /** What to find out or to bring about. */
  question: string;
  /** What it is about. */
  labels: string[];
  /** Commands that run as root before it begins; `null` where there are none. */
  prepare: string | null;
  /** A command that runs in the background meanwhile; `null` where there is none. */
  background: string | null;
  /** The answer itself; `null` where a check has to run. */
  answer: string | null;
  /** A command that prints the right answer; `null` where it lies in a file that the publisher keeps elsewhere. */
  solution: string | null;
  /** How the publisher compares an answer with the right one: as `answer` itself, a whole number or a size; `null` where a script of its own judges the system. */
  compares: "text" | "number" | "size" | null;
  /** Why no sandbox of the kit can stand for the machine that it wants; `null` where one can. */
  wants: string | null;
}

/**
 * AgentBench's 26 development tasks on an operating system, to read and to decontaminate. Where `wants` is `null`, `agentBenchOs` of
 * `midtrain/evaluate` asks them, in a sandbox; what others want of a machine, it says.
 */
export const agentBenchSystems: PublicSet<SystemTask> = publicSet({
  name: "agent-bench-systems",
  title: "AgentBench's 26 development tasks on an operating system, to read, arXiv 2308.03688",
  licence: "Apache-2.0",
  origin: {
    kind: "repository",
    repository: "THUDM/AgentBench",
    commit: "578c5e9f706fc2dd96188ca6c8cf9095ca0c6528",
    folder: "data/",
  },
  files: {
    "os_interaction/data/dev.json": "c5554248e6c1cb606e27d2f81025b751a490c9a5ccd37aabf4c86879a52e9274",
  },
  async *read(set) {
    yield* readAgentBenchSystems(await set.file("os_interaction/data/dev.json"));
  },
});

interface Code {
  code?: string;
  file?: string;
}

interface Task {
  description: string;
  labels: string[];
  create?: { init?: Code | string } | null;
  start?: string;
  evaluation: { match?: string; check?: (Code | null)[] | Code; example?: Code | string };
}

const scripts = new Map(
  Object.entries({ "integer-match": "number", "size-match": "size", "string-match": "text" } as const),
);

/**
 * AgentBench's tasks on an operating system out of a file of the publisher's, such as `os_interaction/data/dev.json`.
 *
 * @throws {SyntaxError} While iterating: if the file is no list of tasks.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readAgentBenchSystems } from "midtrain/sets";
 *
 * const file = `${await Deno.makeTempDir()}/own.json`;
 * const count = { description: "How many files are in /home?", labels: ["files"], evaluation: { match: "0" } };
 * await Deno.writeTextFile(file, JSON.stringify([count]));
 * const [task] = await Array.fromAsync(readAgentBenchSystems(file));
 * assert.deepEqual([task.id, task.answer, task.compares, task.wants], ["agentbench-os/own/0", "0", "text", null]);
 * ```
 */
export async function* readAgentBenchSystems(file: string): AsyncGenerator<SystemTask> {
  const cannot = "Cannot read AgentBench's tasks";
  ofKind(cannot, { file }, "a text");
  const tasks: Task[] = JSON.parse(await Deno.readTextFile(file));
  const isTask = (task: Task) => typeof task?.description === "string" && typeof task.evaluation === "object";
  if (!Array.isArray(tasks) || !tasks.every(isTask)) {
    throw new SyntaxError(`${cannot} as ${file} must be a list of objects with description and evaluation`);
  }
  const codeOf = (code: Code | string | undefined) => (typeof code === "string" ? code : code?.code) ?? null;
  for (const [i, { description, labels = [], create, start, evaluation }] of tasks.entries()) {
    const { match = null, check, example } = evaluation;
    const [prepare, solution] = [codeOf(create?.init), codeOf(example)];
    const judges = [check ?? []].flat().at(-1)?.file?.replace(/^.*\/|\.py$/g, "") ?? "";
    const compares = match !== null ? "text" : scripts.get(judges) ?? null;
    const init = create?.init;
    const wants = typeof init === "object" && init.file !== undefined
      ? `the publisher's script ${init.file}`
      : compares === null || match === null && solution === null
      ? "the publisher's scripts that judge it"
      : /\b(useradd|adduser|groupadd|chown|su|sudo)\b/.test(prepare ?? "")
      ? "users of its own"
      : null;
    yield {
      id: `agentbench-os/${basename(file, ".json")}/${i}`,
      ...{ question: description, labels, prepare, background: start ?? null },
      ...{ answer: match, solution, compares, wants },
    };
  }
}
