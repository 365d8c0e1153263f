// deno-lint-ignore-file camelcase -- names of ToolBench
import checksums from "./tool_bench.json" with { type: "json" };
import { type PublicSet, publicSet } from "./public_set.ts";

/** A function that a model may call. */
export interface Tool {
  /** Its name as ToolBench forms it: the interface's, `_for_`, the tool's. */
  name: string;
  /** What it does. */
  description: string;
  /** Its parameters by name. */
  parameters: Record<string, { type: string; description: string; required: boolean; example: string }>;
}

/** A call of a function. */
export interface ToolCall {
  /** The function. */
  name: string;
  /** Its arguments by name. */
  arguments: Record<string, unknown>;
}

/** A query that takes tools. */
export interface ToolQuery {
  /** `toolbench/` with the group and the number. */
  id: string;
  /** One tool, several of one category, or of several. */
  group: "G1" | "G2" | "G3";
  /** `query` names the functions that it takes; `trajectory` holds the calls of an answer that was kept, in order. */
  kind: "query" | "trajectory";
  /** What is asked for. */
  query: string;
  /** The functions at hand. */
  tools: Tool[];
  /** The reference: for a query, each function once, with its example arguments; else the calls of functions that are at hand. */
  calls: ToolCall[];
}

/**
 * ToolBench's examples (arXiv 2307.16789): 10 queries with the functions that they take, and answers that were kept, with their calls.
 * The whole test set is published elsewhere, and its scores take a model as judge and servers that answer.
 */
export const toolBench: PublicSet<ToolQuery> = publicSet({
  name: "tool-bench",
  title: "ToolBench's example queries and answers with their calls, arXiv 2307.16789",
  licence: "Apache-2.0",
  origin: {
    kind: "repository",
    repository: "OpenBMB/ToolBench",
    commit: "d56fdd89faf8c91fa135090b212bb9057ee5cfc2",
    folder: "data_example/",
  },
  files: checksums,
  async *read(set) {
    for (const path of await set.paths()) {
      const content = JSON.parse(await Deno.readTextFile(await set.file(path)));
      const group = /G[123]/.exec(path)![0] as ToolQuery["group"];
      if (path.startsWith("instruction/")) {
        for (const record of content) yield queryOf(group, record);
      } else {
        const found = trajectoryOf(group, /(\d+)_ChatGPT/.exec(path)![1], content.answer_generation);
        if (found) yield found;
      }
    }
  },
});

interface PublishedParameter {
  name: string;
  type: string;
  description: string;
  default: unknown;
}

function queryOf(
  group: ToolQuery["group"],
  { query, query_id, api_list, ...record }: {
    query: string;
    query_id: number;
    api_list: {
      tool_name: string;
      api_name: string;
      api_description: string;
      required_parameters: PublishedParameter[];
      optional_parameters: PublishedParameter[];
    }[];
    "relevant APIs": [tool: string, api: string][];
  },
): ToolQuery {
  const tools = api_list.map(({ tool_name, api_name, api_description, ...api }): Tool => {
    const of = (parameters: PublishedParameter[], required: boolean) =>
      parameters.map(({ name, type, description, default: example }) =>
        [parameterName(name), {
          type: type.toLowerCase(),
          description,
          required,
          example: String(example),
        }] as const
      );
    return {
      name: toolName(tool_name, api_name),
      description: api_description.trim(),
      parameters: Object.fromEntries([
        ...of(api.required_parameters, true),
        ...of(api.optional_parameters, false),
      ]),
    };
  });
  const calls = record["relevant APIs"].map(([tool, api]): ToolCall => {
    const name = toolName(tool, api);
    const { parameters } = tools.find((tool) => tool.name === name)!;
    const required = Object.entries(parameters).filter(([, { required }]) => required);
    return {
      name,
      arguments: Object.fromEntries(
        required.map(([name, { type, example }]) => [name, filled(type, example)]),
      ),
    };
  });
  return { id: `toolbench/${group}/query/${query_id}`, group, kind: "query", query, tools, calls };
}

/** An example of an argument, of its type; text where there is none. */
function filled(type: string, example: string): unknown {
  if (type === "number" || type === "integer") return Number(example) || 1;
  if (type === "boolean") return example === "true";
  return example || "example";
}

/** Text in small letters, digits and single underscores. */
function plainName(text: string): string {
  return text.replace(/[^\w]/gu, "_").replace(/_+/g, "_").replace(/^_|_$/g, "").toLowerCase();
}

/** Names that Python keeps for itself get `is_` in front. */
function parameterName(text: string): string {
  const name = plainName(text);
  return ["from", "class", "return", "false", "true", "id", "and"].includes(name) ? `is_${name}` : name;
}

/** A function's name as ToolBench gives it to the model, its last 64 characters. */
function toolName(tool: string, api: string): string {
  return `${plainName(api)}_for_${plainName(tool)}`.slice(-64);
}

function trajectoryOf(
  group: ToolQuery["group"],
  number: string,
  { valid_data, finish_type, function: functions, train_messages, query }: {
    valid_data: boolean;
    finish_type?: string;
    function: {
      name: string;
      description: string;
      parameters: {
        properties: Record<string, { type: string; description?: string; example_value?: unknown }>;
        required: string[];
      };
    }[];
    train_messages?: { role: string; function_call?: { name: string; arguments: string } }[][];
    query: string;
  },
): ToolQuery | undefined {
  // An answer that was given up has no calls to compare with.
  if (!valid_data || finish_type !== "give_answer" || !train_messages) return undefined;
  const tools = functions.filter(({ name }) => name !== FINISH).map((
    { name, description, parameters },
  ): Tool => ({
    name,
    description: /description of this function is: "([\s\S]*)"$/.exec(description)?.[1] ?? description,
    parameters: Object.fromEntries(
      Object.entries(parameters.properties).map(([name, { type, description = "", example_value }]) => [
        name,
        {
          type,
          description,
          required: parameters.required.includes(name),
          example: String(example_value ?? ""),
        },
      ]),
    ),
  }));
  const calls = train_messages.at(-1)!.flatMap(({ role, function_call }) =>
    role === "assistant" && function_call && tools.some(({ name }) => name === function_call.name)
      ? [{ name: function_call.name, arguments: JSON.parse(function_call.arguments) }]
      : []
  );
  return {
    id: `toolbench/${group}/trajectory/${number}`,
    ...{ group, kind: "trajectory", tools, calls },
    query: query.trim().replace(/\s*Begin!$/, ""),
  };
}

/** The function that ends an answer. */
const FINISH = "Finish";
