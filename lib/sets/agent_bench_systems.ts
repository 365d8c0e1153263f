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
}

/**
 * AgentBench's 26 development tasks on an operating system. Each wants a machine of its own whose root account, users and clock it may
 * change: the kit has none, so they are here to read and to decontaminate, and no benchmark of the kit asks them.
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
