import assert from "node:assert/strict";
import { inLanes, type Lane, LineProcess } from "../../lib/run/mod.ts";

const wait = (milliseconds: number, signal?: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });

/** Lanes that count themselves. */
function counted(work: Lane<number, number>["work"]) {
  const lanes = { opened: 0, closed: 0, working: 0, most: 0, worked: [] as number[] };
  const open = (): Lane<number, number> => {
    lanes.opened++;
    return {
      async work(item, signal) {
        lanes.worked.push(item);
        lanes.most = Math.max(lanes.most, ++lanes.working);
        try {
          return await work(item, signal);
        } finally {
          lanes.working--;
        }
      },
      close: () => void lanes.closed++,
    };
  };
  return { lanes, open };
}

Deno.test("inLanes() works on as many items at a time as there are workers, and gives results as they come", async () => {
  const { lanes, open } = counted(async (n) => {
    await wait(n);
    return n * n;
  });
  const given = await Array.fromAsync(inLanes([90, 5, 20], open, { workers: 2 }));
  assert.deepEqual(given, [{ at: 1, result: 25 }, { at: 2, result: 400 }, { at: 0, result: 8100 }]);
  assert.deepEqual(lanes, { opened: 2, closed: 2, working: 0, most: 2, worked: [90, 5, 20] });
  assert.deepEqual(await Array.fromAsync(inLanes([], open, { workers: 2 })), []);
  assert.equal(lanes.opened, 2);
});

Deno.test("inLanes() ends with the first error: no item is begun, what is in work is given up, lanes are closed", async () => {
  const { lanes, open } = counted(async (n, signal) => {
    if (n === 2) throw new RangeError("n is 2");
    await wait(1e6, signal);
    return n;
  });
  await assert.rejects(Array.fromAsync(inLanes([1, 2, 3, 4], open, { workers: 2 })), { message: "n is 2" });
  assert.deepEqual(lanes, { opened: 2, closed: 2, working: 0, most: 2, worked: [1, 2] });
});

Deno.test("inLanes() closes its lanes when the loop is left, and when a lane cannot be opened", async () => {
  const { lanes, open } = counted(async (n, signal) => {
    await wait(n === 1 ? 0 : 1e6, signal);
    return n;
  });
  for await (const { result } of inLanes([1, 2, 3], open, { workers: 2 })) {
    assert.equal(result, 1);
    break;
  }
  assert.deepEqual([lanes.closed, lanes.working, lanes.worked], [2, 0, [1, 2]]);
  let opens = 0;
  const failing = () => {
    if (opens++) throw new Error("no more threads");
    return open();
  };
  await assert.rejects(Array.fromAsync(inLanes([2, 3], failing, { workers: 2 })), /no more threads/);
  assert.deepEqual([lanes.closed, lanes.working], [3, 0]);
});

Deno.test("inLanes() stopped by its signal gives what is there, then the signal's reason", async () => {
  const stop = new AbortController();
  const { lanes, open } = counted(async (n, signal) => {
    if (n > 1) await wait(1e6, signal);
    return n;
  });
  const given: number[] = [];
  const all = (async () => {
    for await (const { result } of inLanes([0, 1, 2, 3], open, { workers: 3, signal: stop.signal })) {
      given.push(result);
      stop.abort(new Error("enough"));
    }
  })();
  await assert.rejects(all, /enough/);
  assert.deepEqual([given, lanes.working, lanes.closed], [[0, 1], 0, 3]);
  const done = inLanes([1], open, { workers: 1, signal: AbortSignal.abort(new Error("too early")) });
  await assert.rejects(Array.fromAsync(done), /too early/);
});

Deno.test("LineProcess answers among other lines, and tells how it ended", async () => {
  const args = (code: string) => ({
    args: ["eval", "--no-check", code],
    mark: "> ",
    stderr: "piped" as const,
  });
  const code = `
    console.log("noise");
    for await (const part of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
      if (part.includes("die")) { console.error("dying"); Deno.kill(Deno.pid, "SIGKILL"); }
      console.log('no end> {}\\n> {"length": ' + JSON.parse(part).length + "}");
    }
    console.log("x".repeat(1e6));`;
  await using process = new LineProcess(Deno.execPath(), args(code));
  await process.send("é\n\u2028");
  assert.deepEqual(await process.answer(), { length: 3 });
  {
    await using other = new LineProcess(Deno.execPath(), args(code));
    await other.send("die");
    assert.equal(await other.answer(), undefined);
    assert.equal(await other.ended(), "SIGKILL");
    assert.equal(await other.errors, "dying\n");
    await other.send("nobody hears it");
    other.kill();
  }
  await using last = new LineProcess(Deno.execPath(), args("Deno.exit(3)"));
  assert.equal(await last.answer(), undefined);
  assert.equal(await last.ended(), "code 3");
  assert.throws(() => new LineProcess("no-such-program", { args: [] }), Deno.errors.NotFound);
});
