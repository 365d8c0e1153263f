import { type Tool, toolBench as set, type ToolQuery } from "../../sets/mod.ts";
import type { Benchmark, Form, Rule } from "../benchmark.ts";

const INSTRUCTION =
  "Write every function call that the query takes, in order, without waiting for results. Each call is two lines:\n" +
  "Action: the function's name\n" +
  "Action Input: its arguments as one JSON object, {} where there are none\n" +
  "Write Finish behind the last call.";

const form: Form<ToolQuery> = {
  ...{ source: "midtrain: all calls at once, in ToolBench's form of actions", shots: 0, draw: "first" },
  ask: ({ query, tools, calls }) => ({
    prompt: `${INSTRUCTION}\n\nFunctions:\n${tools.map(described).join("\n")}\n\nQuery: ${query}\n\nCalls:`,
    stop: ["\nFinish", "\nQuery:"],
    maxTokens: 512,
    gold: calls.map((call) => `\nAction: ${call.name}\nAction Input: ${JSON.stringify(call.arguments)}`).join(
      "",
    ) + "\n",
  }),
};

function described({ name, description, parameters }: Tool): string {
  const own = Object.entries(parameters).map(([name, { type, description, required }]) =>
    `${name}: ${type}${required ? "" : ", optional"}${
      description.trim() ? `, ${description.trim().replace(/\s+/g, " ")}` : ""
    }`
  );
  return `- ${name}(${own.join("; ")})${description ? ` ${description.replace(/\s+/g, " ")}` : ""}`;
}

/** A call as it was written. */
interface Written {
  name: string;
  /** `null` where they are no JSON object. */
  arguments: Record<string, unknown> | null;
}

/** The calls of an answer; `Finish`, which ends one, is none. */
function callsOf(text: string): Written[] {
  return [...text.matchAll(/^\s*Action: *(.*?) *$/gm)].map(({ 0: line, 1: name, index }, i, all) => {
    const own = text.slice(index + line.length, all[i + 1]?.index);
    const input = /^\s*Action Input:\s*([\s\S]*)$/.exec(own)?.[1].trim() ?? "";
    try {
      const value = JSON.parse(input);
      return { name, arguments: typeof value === "object" && !Array.isArray(value) ? value : null };
    } catch {
      return { name, arguments: null };
    }
  }).filter(({ name }) => name !== "Finish");
}

/** Whether a function may be called so: it is at hand, has all that it requires, and nothing of another type or name. */
function fits(tools: readonly Tool[], { name, arguments: given }: Written): boolean {
  const tool = tools.find((tool) => tool.name === name);
  if (!tool || given === null) return false;
  const required = Object.entries(tool.parameters).filter(([, { required }]) => required);
  return required.every(([name]) => Object.hasOwn(given, name)) &&
    Object.entries(given).every(([name, value]) =>
      Object.hasOwn(tool.parameters, name) && isOf(tool.parameters[name].type, value)
    );
}

/** Types are ToolBench's own words; one that says nothing of JSON takes any value but nothing. */
function isOf(type: string, value: unknown): boolean {
  if (type === "number" || type === "integer") {
    return typeof value === "number" ||
      typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value));
  }
  if (type === "boolean") return typeof value === "boolean" || value === "true" || value === "false";
  if (type === "string") return typeof value === "string";
  return value !== null;
}

function rule(
  source: string,
  score: (calls: readonly Written[], item: ToolQuery) => number,
): Rule<ToolQuery> {
  return {
    ...{ source, version: 1 },
    grade(item, text) {
      const calls = callsOf(text);
      return {
        score: calls.length === 0 ? 0 : score(calls, item),
        extracted: calls.map(({ name }) => name).join(", ") || null,
      };
    },
  };
}

const rules: Benchmark<ToolQuery>["rules"] = {
  "api recall": rule("midtrain: the share of the reference's functions that were called", (calls, item) => {
    const wanted = new Set(item.calls.map(({ name }) => name));
    const called = new Set(calls.map(({ name }) => name));
    return wanted.intersection(called).size / wanted.size;
  }),
  "valid calls": rule(
    "midtrain: the share of the calls that name a function at hand, with all it requires and nothing of another name or type",
    (calls, { tools }) => calls.filter((call) => fits(tools, call)).length / calls.length,
  ),
  "reference order": rule(
    "midtrain: the longest run of calls common with the reference, in order and with gaps, over the longer of both",
    (calls, item) =>
      common(calls.map(({ name }) => name), item.calls.map(({ name }) => name)) /
      Math.max(calls.length, item.calls.length),
  ),
};

/** The length of the longest common subsequence. */
function common(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const name of a) {
    const next = [0];
    for (let j = 0; j < b.length; j++) next.push(name === b[j] ? row[j] + 1 : Math.max(row[j + 1], next[j]));
    row = next;
  }
  return row[b.length];
}

/**
 * ToolBench as far as it goes without its servers and without a model as judge: which functions a model calls for a query, whether the
 * calls are well formed, and how they compare with the reference. Its pass rate and win rate need both and are not here.
 */
export const toolBench: Benchmark<ToolQuery> = {
  name: "toolbench",
  title: "ToolBench's examples: calls for a query, without their results",
  source: "Qin et al. 2023, arXiv 2307.16789",
  version: 1,
  items: () => set.read(),
  group: ({ group, kind }) => `${group} ${kind}`,
  forms: { "all calls": form },
  rules,
  leak: ({ query, calls }) => ({ question: query, answer: calls.map(({ name }) => name).join(", ") }),
};
