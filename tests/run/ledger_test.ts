import assert from "node:assert/strict";
import { Ledger, type LedgerOptions, type Place } from "../../lib/run/mod.ts";
import { canMount, smallDisk } from "../native/_disk.ts";

interface Row {
  n: number;
  text: string;
}

/** Open a ledger, with its rows. */
async function opened(path: string, options: Partial<LedgerOptions> = {}) {
  const rows: Row[] = [];
  const places: Place[] = [];
  const ledger = await Ledger.open<Row>(path, {
    cannot: `Cannot write ${path}`,
    held: () => new RangeError(`${path} is another's`),
    onRow(row, { line, text, place }) {
      if (row === undefined) throw new SyntaxError(`line ${line} is ${text}`);
      rows.push(row as Row);
      places.push(place);
    },
    ...options,
  });
  return { ledger, rows, places };
}

const fresh = async () => `${await Deno.makeTempDir()}/rows.jsonl`;
const row = (n: number): Row => ({ n, text: "é\u2028".repeat(n) });

Deno.test("a ledger cut anywhere keeps its whole rows, and goes on to the same bytes", async () => {
  const path = await fresh();
  {
    using ledger = (await opened(path)).ledger;
    for (let n = 0; n < 4; n++) await ledger.append(row(n));
  }
  const whole = await Deno.readFile(path);
  for (let length = 0; length <= whole.length; length++) {
    await Deno.writeFile(path, whole.subarray(0, length));
    const { ledger, rows } = await opened(path);
    using _ = ledger;
    assert.deepEqual(rows, [0, 1, 2, 3].slice(0, rows.length).map(row));
    assert.equal((await Deno.stat(path)).size, whole.subarray(0, length).lastIndexOf(10) + 1);
    for (let n = rows.length; n < 4; n++) await ledger.append(row(n));
    assert.deepEqual(await Deno.readFile(path), whole);
  }
});

Deno.test("a ledger reads a row at its place, of long rows too, between others that are added", async () => {
  const path = await fresh();
  const long = { n: 7, text: "ü".repeat(1 << 20) };
  const { ledger } = await opened(path);
  const first = await ledger.append(long);
  const second = ledger.write(row(1));
  assert.deepEqual(ledger.read(first), long);
  assert.deepEqual(ledger.read(ledger.write(row(2))), row(2));
  ledger[Symbol.dispose]();
  const again = await opened(path);
  using _ = again.ledger;
  assert.deepEqual(again.places.slice(0, 2), [first, second]);
  assert.deepEqual(again.rows, [long, row(1), row(2)]);
  assert.deepEqual(again.ledger.read(again.places[0]), long);
});

Deno.test("rows added at once stand in the order of the calls", async () => {
  const path = await fresh();
  {
    using ledger = (await opened(path)).ledger;
    await Promise.all(Array.from({ length: 300 }, async (_, n) => {
      const place = await ledger.append(row(n % 9));
      assert.deepEqual(ledger.read(place), row(n % 9));
    }));
  }
  const { ledger, rows } = await opened(path);
  ledger[Symbol.dispose]();
  assert.deepEqual(rows, Array.from({ length: 300 }, (_, n) => row(n % 9)));
});

Deno.test("rows that come while a ledger waits for more share one flush, and are on the disk when append resolves", async () => {
  const path = await fresh();
  const { syncData } = Deno.FsFile.prototype;
  let flushes = 0;
  Deno.FsFile.prototype.syncData = function () {
    flushes++;
    return syncData.call(this);
  };
  try {
    using ledger = (await opened(path, { groupMilliseconds: 50 })).ledger;
    const added: Promise<Place>[] = [];
    for (let n = 0; n < 20; n++) {
      added.push(ledger.append(row(n)));
      await new Promise((go) => setTimeout(go, 0));
    }
    await Promise.all(added);
    assert(flushes > 0 && flushes < 20, `${flushes}`);
  } finally {
    Deno.FsFile.prototype.syncData = syncData;
  }
  using again = (await opened(path)).ledger;
  assert.deepEqual(again.read({ offset: 0, length: 18 }), row(0));
});

Deno.test("a ledger that holds what is no row is refused and stays as it is", async () => {
  const path = await fresh();
  await Deno.writeTextFile(path, '{"n":1}\nrow 2\n{"n":3');
  await assert.rejects(opened(path), { name: "SyntaxError", message: "line 2 is row 2" });
  assert.equal(await Deno.readTextFile(path), '{"n":1}\nrow 2\n{"n":3');
});

Deno.test("a ledger takes off the row that shall go, and all that follow", async () => {
  const path = await fresh();
  await Deno.writeTextFile(path, '{"n":1}\n{"n":2}\n{"n":1}\n{"n":1');
  const onRow = (row: unknown) => (row as Row).n < 2;
  using _ = (await opened(path, { onRow })).ledger;
  assert.equal(await Deno.readTextFile(path), '{"n":1}\n');
});

Deno.test("a ledger has one owner, whose end by kill -9 frees it", async () => {
  const path = await fresh();
  const code = `
    import { Ledger } from ${JSON.stringify(import.meta.resolve("../../lib/run/mod.ts"))};
    const ledger = await Ledger.open(Deno.args[0], { cannot: "", held: () => new Error(), onRow: () => {} });
    await ledger.append({ n: 1 });
    console.log("owned");
    await new Promise((done) => setTimeout(done, 1e6));`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", code, path],
    stdout: "piped",
  })
    .spawn();
  const said = await child.stdout.getReader().read();
  assert.equal(new TextDecoder().decode(said.value), "owned\n");
  await assert.rejects(opened(path), { name: "RangeError", message: `${path} is another's` });
  child.kill("SIGKILL");
  await child.status;
  const { ledger, rows } = await opened(path);
  using _ = ledger;
  assert.deepEqual(rows, [{ n: 1 }] as Row[]);
  assert.throws(
    () => Ledger.create(path, { cannot: "", held: () => new Error() }),
    Deno.errors.AlreadyExists,
  );
});

Deno.test("a ledger on a full disk says so, keeps no half row, and goes on when there is room (needs root)", {
  ignore: !await canMount(),
}, async () => {
  await using disk = await smallDisk();
  const path = `${disk!.path}/rows.jsonl`;
  const large = { n: 0, text: "x".repeat(90_000) };
  let held = 0;
  {
    using ledger = (await opened(path)).ledger;
    await assert.rejects(async () => {
      for (;; held++) await ledger.append(large);
    }, { message: `Cannot write ${path} as the disk is full` });
    const text = await Deno.readTextFile(path);
    assert(held > 0 && text.endsWith("\n") && text.split("\n").length === held + 1);
    await ledger.append(row(1));
  }
  const { ledger, rows } = await opened(path);
  ledger[Symbol.dispose]();
  assert.deepEqual([rows.length, rows.at(-1)], [held + 1, row(1)]);
});
