import { readJsonl } from "../data/mod.ts";
import type { Origin } from "./facts.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** A task on one table of a database. */
export interface DatabaseTask {
  /** `agentbench-db/` with the split and the line. */
  id: string;
  /** Which file it is from. */
  split: "dev" | "standard";
  /** What to find out, or what to change. */
  question: string;
  /** What is said of the table: its name and columns. */
  about: string;
  /** What kind of task: `INSERT` and `UPDATE` change the table, all others ask. */
  kind: string;
  /** The whole table. */
  table: { name: string; columns: { name: string; type: string }[]; rows: (string | number | null)[][] };
  /** The right answers of a question; the right statement of a change. */
  label: string[];
  /** MySQL's MD5 of the table after the right change; `null` for a question. */
  md5: string | null;
}

const origin: Origin = {
  kind: "repository",
  repository: "THUDM/AgentBench",
  commit: "578c5e9f706fc2dd96188ca6c8cf9095ca0c6528",
  folder: "data/",
};

/**
 * AgentBench's tasks on databases (arXiv 2308.03688): 120 questions and 240 changes, each with its whole table. The statements beside
 * the questions have lost spaces, so they are left out.
 */
export const agentBenchDatabases: PublicSet<DatabaseTask> = publicSet({
  name: "agent-bench-databases",
  title: "AgentBench's 360 tasks on database tables, dev and standard, arXiv 2308.03688",
  licence: "Apache-2.0",
  origin,
  files: {
    "dbbench/dev.jsonl": "eb941c58a7a5651357b19e46aa05070f6cd5a7d83ce70cefd24aa3581e1e1130",
    "dbbench/standard.jsonl": "cf8dec6fb8051f46e6171136824aaa8b8707c3affbb3185c0bad2b39bc6b71e2",
  },
  async *read(set) {
    for (const split of ["standard", "dev"] as const) {
      let line = 0;
      for await (const record of readJsonl(await set.file(`dbbench/${split}.jsonl`))) {
        const { description, add_description, label, type, table, answer_md5 } = record as unknown as {
          description: string;
          add_description: string;
          label: string[];
          type: string[];
          table: {
            table_name: string;
            table_info: Omit<DatabaseTask["table"], "name">;
          };
          answer_md5?: string;
        };
        yield {
          id: `agentbench-db/${split}/${line++}`,
          ...{ split, question: description, about: add_description, kind: type[0], label },
          table: { name: table.table_name, ...table.table_info },
          md5: /[0-9a-f]{32}/.exec(answer_md5 ?? "")?.[0] ?? null,
        };
      }
    }
  },
});

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
}

/**
 * AgentBench's 26 development tasks on an operating system. Each wants a machine of its own whose root account, users and clock it may
 * change: the kit has none, so they are here to read and to decontaminate, and no benchmark of the kit asks them.
 */
export const agentBenchSystems: PublicSet<SystemTask> = publicSet({
  name: "agent-bench-systems",
  title: "AgentBench's 26 development tasks on an operating system, to read, arXiv 2308.03688",
  licence: "Apache-2.0",
  origin,
  files: {
    "os_interaction/data/dev.json": "c5554248e6c1cb606e27d2f81025b751a490c9a5ccd37aabf4c86879a52e9274",
  },
  async *read(set) {
    interface Code {
      code?: string;
    }
    const tasks: {
      description: string;
      labels: string[];
      create?: { init?: Code | string };
      start?: string;
      evaluation: { match?: string; example?: Code | string };
    }[] = JSON.parse(await Deno.readTextFile(await set.file("os_interaction/data/dev.json")));
    const codeOf = (code: Code | string | undefined) =>
      (typeof code === "string" ? code : code?.code) ?? null;
    for (const [i, { description, labels, create, start, evaluation }] of tasks.entries()) {
      yield {
        id: `agentbench-os/dev/${i}`,
        ...{ question: description, labels, prepare: codeOf(create?.init), background: start ?? null },
        answer: evaluation.match ?? null,
        solution: codeOf(evaluation.example),
      };
    }
  },
});
