// deno-lint-ignore-file camelcase -- names of publishers and of the API
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { byteTokenizer, initialCheckpoint, llamaConfig, saveCheckpoint } from "../../lib/anneal/mod.ts";
import type { Evaluation } from "../../lib/evaluate/mod.ts";
import { givenBenchmark, type GivenOptions } from "../../lib/task/_given_benchmarks.ts";

const file = fileURLToPath(new URL("../../lib/task/evaluate.ts", import.meta.url));
const folder = await Deno.makeTempDir({ prefix: "midtrain-evaluate-" });

/** Write lines of JSON; the path. */
async function lines(name: string, ...records: object[]): Promise<string> {
  await Deno.writeTextFile(`${folder}/${name}`, records.map((one) => JSON.stringify(one) + "\n").join(""));
  return `${folder}/${name}`;
}

/** A server whose model writes what a test says, and echoes no prompt; how many texts it was asked for. */
function serving(write: (prompt: string) => string): AsyncDisposable & { url: string; count(): number } {
  let count = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    if (request.url.endsWith("/models")) return Response.json({ data: [{ id: "scripted" }] });
    const { prompt, echo } = await request.json();
    if (!echo) count++;
    const usage = { prompt_tokens: 5, completion_tokens: 10, total_tokens: 15 };
    const choices = [{ index: 0, text: echo ? " no" : write(prompt), finish_reason: "stop", logprobs: null }];
    return Response.json({
      id: "1",
      object: "text_completion",
      created: 0,
      model: "scripted",
      choices,
      usage,
    });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/v1`,
    count: () => count,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function evaluate(...args: string[]) {
  const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", "--no-check", file, ...args] });
  const { code, stdout, stderr } = await command.output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** Run the task, which must go well; what it wrote as JSON. */
async function evaluated(...args: string[]): Promise<Evaluation[]> {
  const json = `${folder}/${crypto.randomUUID()}.json`;
  const { code, stderr } = await evaluate(...args, "--json", json);
  assert.equal(code, 0, stderr);
  return JSON.parse(await Deno.readTextFile(json));
}

const problems = await lines(
  "math.jsonl",
  { problem: "What is $1+1$?", solution: "It is $\\boxed{2}$.", type: "Algebra", level: "Level 1" },
  { problem: "What is $2+3$?", solution: "It is $\\boxed{5}$.", type: "Geometry", level: "Level 2" },
);

Deno.test("evaluate math --file --samples asks the file's problems several times, with pass@k beside the mean", async () => {
  let sums = 0;
  await using server = serving((prompt) =>
    prompt.includes("2+3") ? "I cannot tell." : `It is $\\boxed{${sums++ === 0 ? 2 : 3}}$.`
  );
  const args = ["math", "--file", problems, "--model", server.url, "--samples", "4", "--form", "hendrycks"];
  const [{ n, items, scores, groups }] = await evaluated(...args);
  assert.deepEqual([n, server.count()], [2, 8]);
  const values = Object.fromEntries(scores.map(({ rule, value }) => [rule, value]));
  // One of four texts of one of two problems is right.
  assert.deepEqual([values.ours, values["ours, pass@4"]], [1 / 8, 1 / 2], JSON.stringify(values));
  assert.deepEqual(items.map(({ written }) => written!.length), [4, 4]);
  assert.deepEqual(groups.map(({ group }) => group).sort(), ["Algebra", "Geometry"]);
});

const model = `${folder}/checkpoint`;
const config = llamaConfig("1M", {
  ...{ layers: 1, width: 16, heads: 1, keyValueHeads: 1, feedForward: 16, context: 1024 },
  vocabularySize: byteTokenizer().vocabularySize,
});
await saveCheckpoint(model, initialCheckpoint(config, 1));

Deno.test("evaluate quality --file --context shows a checkpoint no more of an article than its tokens", async () => {
  const question = {
    question: "Who keeps the light?",
    question_unique_id: "1_1",
    options: ["The elder sister", "The captain", "Nobody", "A boy"],
    ...{ writer_label: 1, gold_label: 4, validation: [], speed_validation: [], difficult: 1 },
  };
  const path = await lines("quality.jsonl", {
    ...{ article_id: "1", set_unique_id: "1_1", source: "own", title: "The light", author: "A", topic: "B" },
    article: "A boy kept the light by the sea, and slept by day. ".repeat(20),
    questions: [question],
  });
  const args = ["quality", "--file", path, "--model", model];
  const [short] = await evaluated(...args, "--context", "200");
  const [shorter] = await evaluated(...args, "--context", "150");
  assert.deepEqual([short.n, shorter.n], [1, 1]);
  assert(short.items[0].cut! > 0 && shorter.items[0].cut! > short.items[0].cut!);
  assert(short.scores.some(({ rule }) => rule === "acc"));
});

Deno.test("evaluate narrative-qa --split asks the questions of that split", async () => {
  const set = `${folder}/narratives`;
  await Deno.mkdir(`${set}/third_party/wikipedia`, { recursive: true });
  await Deno.writeTextFile(
    `${set}/qaps.csv`,
    "document_id,set,question,answer1,answer2,question_tokenized\n" +
      "d1,test,Where?,At sea,The sea,x\nd2,valid,Why?,Out of fear,Fear,x\nd3,train,How?,By boat,A boat,x\n",
  );
  await Deno.writeTextFile(
    `${set}/third_party/wikipedia/summaries.csv`,
    "document_id,set,summary,summary_tokenized\nd1,test,Anna went to sea.,x\nd2,valid,They fled.,x\nd3,train,They rowed.,x\n",
  );
  await using server = serving((prompt) => prompt.includes("Why?") ? "Fear" : "No");
  const args = ["narrative-qa", "--file", set, "--model", server.url];
  const [valid] = await evaluated(...args, "--split", "valid");
  const [test] = await evaluated(...args);
  assert.deepEqual(valid.items.map(({ id }) => id), ["narrative-qa/d2/0"]);
  assert.deepEqual(test.items.map(({ id }) => id), ["narrative-qa/d1/0"]);
  assert.deepEqual([valid.scores[0].value, test.scores[0].value], [1, 0]);
});

Deno.test("evaluate ruler --context makes its texts for that many tokens of the tokenizer", async () => {
  const args = ["ruler-niah-single", "--limit", "2", "--model", model, "--loss-only"];
  const [{ n, goldBitsPerByte }] = await evaluated(...args, "--context", "700");
  assert.equal(n, 2);
  assert(Number.isFinite(goldBitsPerByte!.items));
  const { stderr } = await evaluate(...args, "--context", "200");
  assert.match(stderr, /every context must leave room for \d+ tokens of question: current value is \d+\n$/);
});

Deno.test("a file, a length or a split that a benchmark lacks or does not take is told in a sentence", () => {
  const given = (name: string, options: Partial<GivenOptions>) => {
    const all = { file: undefined, context: undefined, tokenizer: undefined, split: "test" as const };
    const refuse = (why: string): never => {
      throw new Error(why);
    };
    try {
      givenBenchmark(name, { ...all, ...options }, refuse);
    } catch (error) {
      return (error as Error).message;
    }
  };
  const tokenizer = byteTokenizer();
  const counted = { name: "bytes", encode: (text: string) => tokenizer.encode(text) };
  assert.equal(given("gsm8k", { file: "a" }), "gsm8k takes no --file: its items are the kit's");
  assert.equal(
    given("quality", {}),
    "quality needs --file: QuALITY.v1.0.1.dev of github.com/nyu-mll/quality",
  );
  assert.match(given("narrative-qa", {})!, /^narrative-qa needs --file: a copy of /);
  assert.equal(
    given("gsm8k", { context: 9, tokenizer: counted }),
    "gsm8k takes no --context: its texts have no length to choose",
  );
  assert.equal(
    given("ruler-qa", { file: "a" }),
    "ruler-qa needs --context: tokens of text and answer together",
  );
  assert.equal(given("ruler-niah-single", { context: 700, tokenizer: counted }), undefined);
  assert.equal(given("math", { file: problems }), undefined);
});

Deno.test("what the task cannot do is refused before a model is opened", async () => {
  const said = async (...args: string[]) => {
    const { code, stderr, stdout } = await evaluate(...args, "--model", "http://127.0.0.1:9/v1");
    assert.equal(stdout, "");
    return `${code}: ${stderr.trim().split("\n").at(-1)}`;
  };
  const sentences = await Promise.all([
    said("math", "gsm8k", "--file", problems),
    said("math", "--split", "dev"),
    said("math", "--samples", "0"),
    said("quality", "--file", problems, "--context", "100"),
    said("math", "--form", "olmes-rc"),
  ]);
  assert.deepEqual(sentences, [
    "2: Cannot run the task as --file is one benchmark's: there are 2",
    "2: Cannot run the task as --split must be one of train, valid, test: current value is dev",
    "2: Cannot run the task as --samples must be a whole number >= 1: current value is 0",
    "2: Cannot run the task as --context needs --tokenizer, the server's: a folder with tokenizer.json or that file",
    "2: Cannot run the task as math has no form olmes-rc: it has minerva, hendrycks",
  ]);
});

Deno.test("a file that is no benchmark's is told with its path or its record", async () => {
  await using server = serving(() => "2");
  const boxless = await lines("boxless.jsonl", { problem: "What is $1+1$?", solution: "It is 2." });
  const [missing, unboxed] = await Promise.all(
    [`${folder}/nothing.jsonl`, boxless].map((path) =>
      evaluate("math", "--file", path, "--model", server.url)
    ),
  );
  assert.deepEqual([missing.code, unboxed.code, server.count()], [1, 1, 0]);
  assert.match(missing.stderr, /nothing\.jsonl/);
  assert.match(unboxed.stderr, /^Cannot form MATH as every solution must box its answer: .* has none\n$/m);
});
