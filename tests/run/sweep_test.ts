import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { sweep, type SweepRow } from "../../lib/run/mod.ts";

const module = import.meta.resolve("./_sweep_point.ts");
const fresh = async () => `${await Deno.makeTempDir()}/table.jsonl`;
const lines = async (path: string): Promise<SweepRow[]> =>
  (await Deno.readTextFile(path)).split("\n").slice(0, -1).map((line) => JSON.parse(line));

Deno.test("sweep() does not do again what stands in the table, and adds new points", async () => {
  const table = await fresh();
  const worked: number[] = [];
  const run = ({ x }: { x: number }) => {
    worked.push(x);
    return { gain: { low: x - 1, high: x + 1 }, curve: [x] };
  };
  const first = await sweep([{ x: 1 }, { x: 2 }, { x: 1 }], { table, run });
  assert.deepEqual([first.done, first.skipped, worked], [2, 0, [1, 2]]);
  const second = await sweep([{ x: 3 }, { x: 2 }], { table, run });
  assert.deepEqual([second.done, second.skipped, worked], [1, 1, [1, 2, 3]]);
  assert.deepEqual(second.rows.map(({ x }) => x), [3, 2]);
  const { key, ...row } = second.rows[1];
  assert.deepEqual(row, { status: "done", x: 2, "gain.low": 1, "gain.high": 3, curve: [2] });
  assert.match(key, /^[0-9a-f]{16}$/);
  assert.deepEqual((await lines(table)).map(({ x }) => x), [1, 2, 3]);
});

Deno.test("sweep() counts failed points with their reason, goes on, and tries them again when told", async () => {
  const table = await fresh();
  const points = [{ x: 1 }, { x: -1 }, { x: -2 }, { x: 2 }];
  let broken = true;
  const run = ({ x }: { x: number }) => {
    if (broken && x < 0) throw new Error("out of memory");
    return { ok: true };
  };
  const { done, failed, rows } = await sweep(points, { table, run });
  assert.deepEqual([done, failed], [2, { "Error: out of memory": 2 }]);
  assert.deepEqual(rows.map(({ status }) => status), ["done", "failed", "failed", "done"]);
  broken = false;
  assert.deepEqual((await sweep(points, { table, run })).failed, { "Error: out of memory": 2 });
  const again = await sweep(points, { table, run, retryFailed: true });
  assert.deepEqual([again.done, again.skipped, again.failed], [2, 2, {}]);
});

Deno.test("sweep() goes on from a table whose writer was killed in the middle of a line", async () => {
  const table = await fresh();
  const run = ({ x }: { x: number }) => ({ text: "é".repeat(x) });
  await sweep([{ x: 1 }, { x: 2 }], { table, run });
  const whole = await Deno.readTextFile(table);
  await Deno.truncate(table, new TextEncoder().encode(whole).length - 4);
  const { done, skipped } = await sweep([{ x: 1 }, { x: 2 }], { table, run });
  assert.deepEqual([done, skipped], [1, 1]);
  assert.equal(await Deno.readTextFile(table), whole);
});

Deno.test("sweep() on several processes gives the rows of one, whatever they print", async () => {
  const points = Array.from({ length: 7 }, (_, i) => ({ x: i - 1 }));
  const [one, many] = [await fresh(), await fresh()];
  const alone = await sweep(points, { table: one, run: module });
  const together = await sweep(points, { table: many, run: new URL(module), workers: 3 });
  assert.deepEqual(together, alone);
  assert.deepEqual(alone.failed, { "RangeError: x is -1": 1 });
  const { square, "nested.half": half } = alone.rows[4];
  assert.deepEqual([square, half], [9, 1.5]);
});

Deno.test("sweep() survives a point that kills its process", async () => {
  const table = await fresh();
  const points = [{ x: 1 }, { x: 2, kill: true }, { x: 3 }, { x: 4 }];
  const { done, failed } = await sweep(points, { table, run: module, workers: 2 });
  assert.deepEqual([done, failed], [3, { "its process ended with SIGKILL": 1 }]);
});

Deno.test("sweep() stopped by its signal records no failure, and goes on later", async () => {
  const table = await fresh();
  const stop = new AbortController();
  const points = [{ x: 2, hang: true }, { x: 1 }, { x: 3 }];
  const onProgress = () => stop.abort();
  const how = { table, run: module, workers: 2, signal: stop.signal, onProgress };
  const { rows, failed } = await sweep(points, how);
  assert.deepEqual([rows.map(({ x }) => x), failed], [[1], {}]);
  const later = await sweep([{ x: 1 }, { x: 3 }], { table, run: module });
  assert.deepEqual([later.done, later.skipped], [1, 1]);
  assert.deepEqual((await lines(table)).map(({ status }) => status), ["done", "done"]);
});

Deno.test("sweep() killed in the middle of a point leaves its table whole, and its process ends with it", async () => {
  const table = await fresh();
  const code = `
    import { sweep } from ${JSON.stringify(import.meta.resolve("../../lib/run/mod.ts"))};
    await sweep([{ x: 1 }, { x: 2 }, { x: 3, hang: true }], {
      table: ${JSON.stringify(table)}, run: ${JSON.stringify(module)},
      onProgress: ({ done }) => done === 2 && Deno.kill(Deno.pid, "SIGKILL"),
    });`;
  const killed = await new Deno.Command(Deno.execPath(), { args: ["eval", "--no-check", code] }).output();
  assert.equal(killed.signal, "SIGKILL");
  // Its output has ended, so its own processes, which held the other end, have too.
  const { done, skipped } = await sweep([{ x: 1 }, { x: 2 }, { x: 3 }], { table, run: module });
  assert.deepEqual([done, skipped], [1, 2]);
});

Deno.test("sweep() refuses two sweeps on one table, other files, and points that are none", async () => {
  const table = await fresh();
  const run = () => ({});
  let refused: Promise<void> | undefined;
  await sweep([{ x: 1 }], {
    table,
    run: () =>
      refused = assert.rejects(sweep([{ x: 2 }], { table, run }), /one sweep must own it: another is at/),
  });
  await refused;
  const other = await fresh();
  await Deno.writeTextFile(other, '{"step":1}\n');
  await assert.rejects(sweep([{ x: 1 }], { table: other, run }), /a row of a sweep: line 1 is {"step":1}/);
  assert.equal(await Deno.readTextFile(other), '{"step":1}\n');
  await assert.rejects(sweep([[1]], { table, run }), /a point must be a record: current value is \[1\]/);
  await assert.rejects(sweep([{ status: 1 }], { table, run }), /must not name the column status/);
  await assert.rejects(
    sweep([{ x: 1 }], { table, run, workers: 2 }),
    /workers must be 1 where run is a function/,
  );
  await assert.rejects(sweep([{ x: 1 }], { table, run: module, workers: 0 }), /current value is 0/);
  const before = { table, run: module, processes: 2 };
  await assert.rejects(sweep([{ x: 1 }], before), /the option processes is called workers now/);
  const clash = await sweep([{ y: 1 }], { table, run: () => ({ y: 2 }) });
  assert.deepEqual(clash.failed, { "the result names y, which is a column already": 1 });
});

Deno.test("a module of another project finds what that project imports", async () => {
  const folder = await Deno.makeTempDir({ prefix: "other é " });
  const files = {
    "deno.json": '{ "imports": { "twice": "./twice.ts" } }',
    "twice.ts": "export const twice = (x: number) => 2 * x;",
    "point.ts": 'import { twice } from "twice";\nexport default ({ x }: { x: number }) => ({ y: twice(x) });',
  };
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${folder}/${name}`, text);
  const { rows } = await sweep([{ x: 21 }], {
    table: await fresh(),
    run: pathToFileURL(`${folder}/point.ts`),
  });
  assert.deepEqual(rows.map(({ y }) => y), [42]);
});
