import { ofKind } from "../../base/mod.ts";
import { readAgentBenchSystems, type SystemTask } from "../../sets/mod.ts";
import { runShell } from "../_shell.ts";
import type { Benchmark, Form, Rule } from "../benchmark.ts";

const CANNOT = "Cannot form AgentBench's tasks on an operating system";

/** Commands that an agent may run before it must answer, as in AgentBench. */
const MOST_ROUNDS = 8;

/** Characters of a command's output that are shown, as in AgentBench. */
const MOST_CHARACTERS = 800;

const INSTRUCTION = `You work on a Linux system by bash commands, as root, and answer a question about it.
Think first. Then either run commands, in this form:
Act: bash
\`\`\`bash
ls /root
\`\`\`
What they print is shown to you, and you go on; you may do so ${MOST_ROUNDS} times. Or give the answer, in this form:
Act: answer(42)
The answer must stand there alone: a number, a word or a size, without a sentence.`;

/** A task of which the right answer is known, as the publisher's command printed it. */
export interface ShellTask extends SystemTask {
  /** The right answer. */
  expected: string;
}

const form: Form<ShellTask> = {
  source: `midtrain, in AgentBench's form of acts, with its ${MOST_ROUNDS} rounds`,
  ...{ shots: 0, draw: "first" },
  ask: (task) => ({
    prompt: `${INSTRUCTION}\n\n${task.question}\n\n`,
    // What comes behind commands is the kit's to say.
    stop: ["\nOutput:"],
    maxTokens: 512,
    gold: `Act: answer(${task.expected})`,
    async reply(written) {
      const { answer, commands, asks } = actsOf(written);
      if (answer !== undefined || !asks || commands.length > MOST_ROUNDS) return undefined;
      const { output, ended } = await runShell(CANNOT, task, commands);
      return `\nOutput:\n${shown(output)}${ended ? "" : "[it did not end]"}\n\n`;
    },
  }),
};

function shown(output: string): string {
  return output.length > MOST_CHARACTERS ? `${output.slice(0, MOST_CHARACTERS)}[cut]` : output;
}

/** What an agent wrote: its commands in order, and its answer. */
function actsOf(written: string): { commands: string[]; answer: string | undefined; asks: boolean } {
  const commands: string[] = [];
  let answer: string | undefined;
  let end = 0;
  for (const { 0: all, 1: kind, index } of written.matchAll(/^Act: *(bash\b|answer\()/gm)) {
    const rest = written.slice(index + all.length);
    if (kind !== "bash") {
      answer = /^(.*)\)[^)\n]*$/m.exec(rest.split("\n")[0])?.[1].trim();
      break;
    }
    const block = /^\s*```(?:bash|sh)?\s*\n([\s\S]*?)\n?```/.exec(rest);
    if (!block) break;
    commands.push(block[1].trim());
    end = index + all.length + block[0].length;
  }
  return { commands, answer, asks: commands.length > 0 && !written.slice(end).includes("\nOutput:") };
}

const sizes: Readonly<Record<string, number>> = { "": 0, K: 1, M: 2, G: 3, T: 4 };

/** A size in bytes, as `4.0K`, `4 KB` or `4096`; NaN if it is none. */
function bytesOf(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?) *([KMGT]?)(?:i?B|bytes?)?$/i.exec(text) ?? [];
  return number === undefined ? NaN : Number(number) * 1024 ** sizes[unit.toUpperCase()];
}

/** Whether an answer is the right one. */
function agrees({ compares, expected }: ShellTask, answer: string): boolean {
  const given = answer.replace(/^(["'`])(.*)\1$/s, "$2").trim();
  if (compares === "number") return /^[-+]?\d+$/.test(given) && Number(given) === Number(expected);
  if (compares === "size") return bytesOf(given) === bytesOf(expected);
  return given === expected;
}

const judged: Rule<ShellTask> = {
  source:
    "midtrain, as AgentBench at 578c5e9f compares: a text, a whole number or a size with what the publisher's command prints",
  version: 1,
  grade(task, written) {
    const { answer } = actsOf(written);
    if (answer === undefined) return { score: 0, extracted: null };
    return { score: Number(agrees(task, answer)), extracted: answer };
  },
};

/**
 * AgentBench's tasks on an operating system, out of a file of the publisher's (`data/os_interaction/data/` of AgentBench, such as
 * `dev.json`): the model runs commands, sees what they print, and answers. Commands run under bubblewrap on a machine in memory that
 * begins anew, with the task's preparation, at each turn: what was run before is run again. The right answer is what the publisher's
 * own command prints on such a machine before anyone has worked on it.
 *
 * Left out are tasks whose `wants` says that a sandbox does not do: users of their own, or scripts that the publisher keeps in
 * other files. AgentBench's other environments (games, shops, houses, the web, a knowledge graph) need its servers, and the kit has
 * none of them; its databases are `benchmarks["agentbench-db"]`.
 *
 * @throws {Error} When it is asked: if bubblewrap is missing, or the publisher's command prints no answer.
 * @example The tasks of a file, on Linux with bubblewrap
 * ```ts
 * import assert from "node:assert/strict";
 * import { agentBenchOs } from "midtrain/evaluate";
 *
 * const benchmark = agentBenchOs("dev.json");
 * assert.deepEqual([benchmark.name, Object.keys(benchmark.rules!)], ["agentbench-os", ["agentbench"]]);
 * ```
 */
export function agentBenchOs(file: string): Benchmark<ShellTask> {
  ofKind(CANNOT, { file }, "a text");
  return {
    name: "agentbench-os",
    title: "AgentBench, operating system: the tasks that a sandbox can stand for",
    source: "Liu et al. 2023, arXiv 2308.03688",
    version: 1,
    items: () => shellTasks(file),
    group: ({ compares }) => compares!,
    forms: { acts: form },
    rules: { agentbench: judged },
    leak: ({ question, expected }) => ({ question, answer: expected }),
  };
}

async function* shellTasks(file: string): AsyncGenerator<ShellTask> {
  for await (const task of readAgentBenchSystems(file)) {
    if (task.wants !== null) continue;
    if (task.answer !== null) yield { ...task, expected: task.answer };
    else {
      const { output, ended } = await runShell(CANNOT, task, [task.solution!]);
      const known = { ...task, expected: output.trim() };
      if (!ended || known.expected === "" || !agrees(known, known.expected)) {
        const wanted = `the publisher's command for ${task.id} must print a ${task.compares}`;
        throw new Error(`${CANNOT} as ${wanted}: it prints ${JSON.stringify(output.slice(0, 80))}`);
      }
      yield known;
    }
  }
}
