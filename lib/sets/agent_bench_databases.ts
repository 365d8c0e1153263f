import { readJsonl } from "../data/mod.ts";
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

/**
 * AgentBench's tasks on databases (arXiv 2308.03688): 120 questions and 240 changes, each with its whole table. The statements beside
 * the questions have lost spaces, so they are left out.
 */
export const agentBenchDatabases: PublicSet<DatabaseTask> = publicSet({
  name: "agent-bench-databases",
  title: "AgentBench's 360 tasks on database tables, dev and standard, arXiv 2308.03688",
  licence: "Apache-2.0",
  origin: {
    kind: "repository",
    repository: "THUDM/AgentBench",
    commit: "578c5e9f706fc2dd96188ca6c8cf9095ca0c6528",
    folder: "data/",
  },
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
