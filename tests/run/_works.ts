// deno-lint-ignore-file camelcase -- the API's names
/**
 * Four durable works, each small: what a test stops, resumes and compares. The folders in fixtures/ were written by them
 * with the version before the ledger, which every later version must be able to go on from.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { train, type TrainOptions } from "../../lib/anneal/mod.ts";
import { openModel, PendingError } from "../../lib/llm/mod.ts";
import { sweep } from "../../lib/run/mod.ts";
import { type ChatModel, synthesize } from "../../lib/synthesize/mod.ts";
import { echo, pages } from "../synthesize/_server.ts";

/** Files by their path in a folder; what is no text in base64. */
export type Files = Record<string, string>;

/** Read a folder of a few files. */
export async function filesOf(folder: string, prefix = ""): Promise<Files> {
  const files: Files = {};
  const entries = await Array.fromAsync(Deno.readDir(join(folder, prefix)));
  for (const { name, isDirectory } of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
    const path = prefix + name;
    if (isDirectory) Object.assign(files, await filesOf(folder, `${path}/`));
    else if (isBinary(path)) files[path] = (await Deno.readFile(join(folder, path))).toBase64();
    else files[path] = await Deno.readTextFile(join(folder, path));
  }
  return files;
}

/** Write them into a new folder. */
export async function folderOf(files: Files): Promise<string> {
  const folder = await Deno.makeTempDir();
  for (const [path, content] of Object.entries(files)) {
    await Deno.mkdir(join(folder, path, ".."), { recursive: true });
    await Deno.writeFile(
      join(folder, path),
      isBinary(path) ? Uint8Array.fromBase64(content) : new TextEncoder().encode(content),
    );
  }
  return folder;
}

const isBinary = (path: string) => path.endsWith(".safetensors");

/** A training run of four steps. */
export async function trainIn(folder: string, options: Partial<TrainOptions> = {}): Promise<void> {
  const tokens = Uint16Array.from({ length: 120 }, (_, i) => (i * i + 3 * i) % 15);
  const source = { name: "web", tokens, endOfDocument: 15, vocabularySize: 16, documents: 1, bytes: 120 };
  const shape = { width: 4, layers: 1, heads: 1, keyValueHeads: 1, feedForward: 4 };
  await train({
    config: {
      ...shape,
      vocabularySize: 16,
      context: 8,
      ropeBase: 1e4,
      normEpsilon: 1e-5,
      tieEmbeddings: true,
    },
    sources: [source],
    schedule: (step) => 1e-2 / (1 + step),
    steps: 4,
    batch: 2,
    backend: "cpu",
    folder,
    checkpointEverySteps: 2,
    evaluate: { everySteps: 2, sources: [{ ...source, name: "held" }], windows: 2 },
    ...options,
  });
}

/** A sweep over four points, one of which fails. */
export async function sweepIn(folder: string): Promise<void> {
  await sweep([{ x: 1, of: { a: "é" } }, { x: 2, of: { a: "b" } }, { x: -1, of: { a: "" } }, { x: 3 }], {
    table: join(folder, "table.jsonl"),
    run: ({ x }) => {
      if (x < 0) throw new RangeError(`x is ${x}`);
      return { gain: { low: x - 1, high: [x, x + 1] }, text: "ü".repeat(x) };
    },
  });
}

/** A synthesis of five documents. @returns Their lines. */
export async function synthesizeIn(folder: string, count = 5): Promise<string> {
  const model: ChatModel = {
    name: "fixed",
    chat: ({ messages }) =>
      Promise.resolve({
        text: `é of ${messages[0].content}`,
        finishReason: "stop",
        usage: { promptTokens: 4, completionTokens: 12 },
        cached: false,
      }),
  };
  const made = await Array.fromAsync(synthesize(pages(count), echo, { model, folder }));
  return made.map((document) => JSON.stringify(document) + "\n").join("");
}

/** A batch service at an address that is none: what came is kept in `files` and `batches`. */
export interface Service {
  files: string[];
  batches: { input: string; output?: string }[];
}

/** Ask a batch in a folder for answers, submit, and wait where all shall be answered. */
export async function batchIn(
  folder: string,
  service: Service,
  asked: readonly string[],
  end: "write" | "submit" | "wait",
): Promise<void> {
  const fetched = globalThis.fetch;
  globalThis.fetch = serve(service);
  try {
    const cache = `${await Deno.makeTempDir()}/answers.sqlite`;
    await using model = await openModel({
      kind: "endpoint",
      baseURL: "http://batch.invalid/v1",
      model: "scripted",
      cache,
      maxRetries: 0,
    });
    await using batch = await model.batch({ folder });
    for (const content of asked) {
      await assert.rejects(
        batch.model.chat({ messages: [{ role: "user", content }], maxTokens: 9 }),
        PendingError,
      );
    }
    if (end !== "write") await batch.submit();
    if (end === "wait") await batch.wait({ pollSeconds: 0 });
  } finally {
    globalThis.fetch = fetched;
  }
}

function serve({ files, batches }: Service): typeof fetch {
  const described = (at: number) => {
    const { input, output } = batches[at];
    const status = output === undefined ? "in_progress" : "completed";
    return { id: `batch-${at}`, object: "batch", input_file_id: input, status, output_file_id: output };
  };
  const number = (path: string) => Number(/-(\d+)/.exec(path)![1]);
  return async (input, init) => {
    const request = new Request(input, init);
    const path = new URL(request.url).pathname.slice("/v1/".length);
    if (path === "models") return Response.json({ data: [{ id: "scripted" }] });
    if (path === "files") {
      const file = (await request.formData()).get("file") as File;
      return Response.json({ id: `file-${files.push(await file.text()) - 1}`, object: "file" });
    }
    if (path.startsWith("files/")) return new Response(files[number(path)]);
    if (path === "batches" && request.method === "GET") {
      return Response.json({ data: batches.map((_, at) => described(at)), has_more: false });
    }
    if (path === "batches") {
      const { input_file_id } = await request.json();
      return Response.json(described(batches.push({ input: input_file_id }) - 1));
    }
    const at = number(path);
    batches[at].output ??= `file-${
      files.push(
        files[number(batches[at].input)].trim().split("\n").map((line) => {
          const { custom_id, body } = JSON.parse(line);
          const message = { role: "assistant", content: `said of ${body.messages[0].content}` };
          const choices = [{ index: 0, message, finish_reason: "stop" }];
          const usage = { prompt_tokens: 5, completion_tokens: 7 };
          return JSON.stringify({ custom_id, response: { status_code: 200, body: { choices, usage } } }) +
            "\n";
        }).join(""),
      ) - 1
    }`;
    return Response.json(described(at));
  };
}
