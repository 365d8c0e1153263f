import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { exists, hash32 } from "../../lib/base/mod.ts";
import { writeJsonl } from "../../lib/data/mod.ts";
import { synthesize } from "../../lib/synthesize/mod.ts";
import { mended, writes } from "./_mended.ts";
import { answer, echo, open, pages, scripted } from "./_server.ts";

/** Start the run in a process of its own. */
function start(...args: string[]): Deno.ChildProcess {
  const child = fileURLToPath(new URL("_child.ts", import.meta.url));
  return new Deno.Command(Deno.execPath(), { args: ["run", "-A", "--no-check", child, ...args] }).spawn();
}

Deno.test("synthesize() killed at three points goes on to the same bytes and asks for nothing twice that was kept", async () => {
  const kills = [6, 17, 30];
  let child: Deno.ChildProcess | undefined;
  await using server = await scripted(async ({ content, count }) => {
    await new Promise((go) => setTimeout(go, 5 + hash32(content) % 10));
    if (count === kills[0]) {
      kills.shift();
      child!.kill("SIGKILL");
    }
    return answer(`made of ${content}`);
  });
  const folder = await Deno.makeTempDir();
  const output = `${folder}/made.jsonl`;
  for (let runs = 0; runs < 4; runs++) {
    child = start(server.url, `${folder}/parts`, output);
    const { success } = await child.status;
    assert.equal(success, runs === 3, `run ${runs}`);
    assert.equal(await exists(output), runs === 3, "the output appears whole or not at all");
  }
  // At most the requests in flight at each kill were lost.
  assert(server.count() <= 40 + 3 * 4, `${server.count()} requests`);
  await using model = await open(server);
  await writeJsonl(`${folder}/whole.jsonl`, synthesize(pages(40), echo, { model }));
  assert.equal(await Deno.readTextFile(output), await Deno.readTextFile(`${folder}/whole.jsonl`));
  await Deno.remove(folder, { recursive: true });
});

Deno.test("texts of several rounds, as many as wanted, come to the same bytes through kills between and amid rounds", async () => {
  const kills = [4, 9, 21, 38];
  let child: Deno.ChildProcess | undefined;
  await using server = await scripted(async ({ content, count }) => {
    await new Promise((go) => setTimeout(go, 5 + hash32(content) % 10));
    if (count === kills[0]) {
      kills.shift();
      child!.kill("SIGKILL");
    }
    return writes(content);
  });
  const folder = await Deno.makeTempDir();
  const output = `${folder}/made.jsonl`;
  for (let runs = 0; runs < 5; runs++) {
    child = start(server.url, `${folder}/parts`, output, "20");
    const { success } = await child.status;
    assert.equal(success, runs === 4, `run ${runs}`);
  }
  const asked = server.count();
  await using model = await open(server);
  const alone = synthesize(pages(20), mended, { model, workers: 1 });
  await writeJsonl(`${folder}/whole.jsonl`, alone);
  assert.equal(await Deno.readTextFile(output), await Deno.readTextFile(`${folder}/whole.jsonl`));
  // Those in flight at each kill, and a few documents beyond the last that was wanted.
  assert(asked <= alone.report.requests + 4 * 4 + 3 * 8, `${asked} requests`);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("synthesize() takes off a journal line that a kill cut short, wherever it was cut", async () => {
  await using server = await scripted(({ content }) => answer(`é ${content}`));
  await using model = await open(server);
  const folder = await Deno.makeTempDir();
  const path = `${folder}/journal.jsonl`;
  const whole = JSON.stringify(await Array.fromAsync(synthesize(pages(5), echo, { model, folder })));
  const journal = await Deno.readFile(path);
  const lastLine = journal.lastIndexOf(10, journal.length - 2) + 1;
  for (const length of [lastLine, lastLine + 1, journal.length - 20, journal.length - 1]) {
    await Deno.writeFile(path, journal.subarray(0, length));
    const run = synthesize(pages(5), echo, { model, folder });
    assert.equal(JSON.stringify(await Array.fromAsync(run)), whole);
    assert.deepEqual([run.report.resumed, run.report.requests], [4, 1]);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("synthesize() names a journal line that is broken in the middle, and touches nothing", async () => {
  await using server = await scripted(({ content }) => answer(content));
  await using model = await open(server);
  const folder = await Deno.makeTempDir();
  const path = `${folder}/journal.jsonl`;
  await Deno.writeTextFile(path, '{"key": 1}\nrest');
  await assert.rejects(
    Array.fromAsync(synthesize(pages(1), echo, { model, folder })),
    /line 1 of .*journal.jsonl is broken: it begins "\{"key": 1\}"/,
  );
  assert.equal(await Deno.readTextFile(path), '{"key": 1}\nrest');
  await Deno.remove(folder, { recursive: true });
});

Deno.test("synthesize() does not mix what another method, setting, seed or text has in the same folder", async () => {
  await using server = await scripted(({ content }) => answer(content));
  await using model = await open(server);
  const folder = await Deno.makeTempDir();
  await Array.fromAsync(synthesize(pages(3), echo, { model, folder }));
  const resumed = async (input: typeof echo, seed: number, text: string) => {
    const run = synthesize(pages(3).map((page) => ({ ...page, text: page.text + text })), input, {
      model,
      folder,
      seed,
    });
    await Array.fromAsync(run);
    return run.report.resumed;
  };
  assert.equal(await resumed(echo, 1, ""), 3);
  assert.equal(await resumed({ ...echo, id: "echo@2" }, 1, ""), 0);
  assert.equal(await resumed({ ...echo, settings: { maxCopied: 0.5 } }, 1, ""), 0);
  assert.equal(await resumed(echo, 2, ""), 0);
  assert.equal(await resumed(echo, 1, "!"), 0);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("synthesize() refuses a folder in which another run writes", async () => {
  await using server = await scripted(({ content }) => answer(content));
  await using model = await open(server);
  const folder = await Deno.makeTempDir();
  const first = synthesize(pages(9), echo, { model, folder })[Symbol.asyncIterator]();
  await first.next();
  await assert.rejects(
    Array.fromAsync(synthesize(pages(1), echo, { model, folder })),
    /Cannot write to .*journal.jsonl as another process holds it/,
  );
  await first.return!();
  await Deno.remove(folder, { recursive: true });
});
